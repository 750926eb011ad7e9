package io.lembos.kubelet.probes;

import io.lembos.kubelet.container.ObservedContainer;
import java.util.Optional;

/** How running containers are, beyond that they run. */
public interface Health {

    /** Nothing was asked, so whoever runs is well. */
    Health UNASKED = new Health() {
        @Override
        public boolean started(ObservedContainer container) {
            return container.isRunning();
        }

        @Override
        public boolean ready(ObservedContainer container) {
            return container.isRunning();
        }

        @Override
        public Optional<ProbeKind> failed(ObservedContainer container) {
            return Optional.empty();
        }
    };

    /** Whether the container runs and its startup probe, if any, succeeded. */
    boolean started(ObservedContainer container);

    /** Whether the container may be sent requests. */
    boolean ready(ObservedContainer container);

    /** The probe for whose failure the container has to be killed. */
    Optional<ProbeKind> failed(ObservedContainer container);
}
