package io.lembos.kubelet.probes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import io.lembos.api.time.Clock;
import io.lembos.kubelet.container.ObservedContainer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/**
 * The probes of one run of one container: the startup probe first, the others once it has succeeded. Safe for use by many
 * threads; the map of probes never changes after construction.
 */
final class ContainerProbes {
    private static final int PERIOD_SECONDS = 10;
    private static final int FAILURE_THRESHOLD = 3;

    private final Map<ProbeKind, ContainerProbe> probes = new EnumMap<>(ProbeKind.class);
    private final Container container;
    private final ObservedContainer observed;
    private final Clock clock;
    private final Runnable onChange;

    /**
     * @param known what an earlier node agent found out about this run, so that its end disturbs nobody
     * @param attempt asks once
     * @param onOutcome told each outcome
     * @param onChange told when what is held of the container is another
     */
    ContainerProbes(
            Container container,
            ObservedContainer observed,
            Known known,
            Clock clock,
            Executor executor,
            BiFunction<ProbeKind, Probe, Outcome> attempt,
            BiConsumer<ProbeKind, Outcome> onOutcome,
            Runnable onChange) {
        this.container = container;
        this.observed = observed;
        this.clock = clock;
        this.onChange = onChange;
        for (ProbeKind kind : ProbeKind.values()) {
            Probe probe = kind.of(container);
            if (probe != null) {
                probes.put(
                        kind,
                        new ContainerProbe(
                                state(kind, probe, known),
                                Duration.ofSeconds(or(probe.getPeriodSeconds(), PERIOD_SECONDS)),
                                clock,
                                executor,
                                () -> attempt.apply(kind, probe),
                                outcome -> onOutcome.accept(kind, outcome),
                                () -> changed(kind)));
            }
        }
    }

    /** What the pod's status says of this very run. */
    record Known(boolean started, boolean ready) {}

    void start() {
        if (started()) {
            begin(ProbeKind.LIVENESS);
            begin(ProbeKind.READINESS);
        } else {
            begin(ProbeKind.STARTUP);
        }
    }

    void stop() {
        probes.values().forEach(ContainerProbe::stop);
    }

    /** The container ends because it should; that it stops answering is no reason to kill it. */
    void stopKilling() {
        stop(ProbeKind.STARTUP);
        stop(ProbeKind.LIVENESS);
    }

    boolean started() {
        return holds(ProbeKind.STARTUP);
    }

    boolean ready() {
        return started() && holds(ProbeKind.READINESS);
    }

    Optional<ProbeKind> failed() {
        for (ProbeKind kind : new ProbeKind[] {ProbeKind.LIVENESS, ProbeKind.STARTUP}) {
            ContainerProbe probe = probes.get(kind);
            if (probe != null && probe.verdict() == ProbeState.Verdict.FAILURE) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    private boolean holds(ProbeKind kind) {
        ContainerProbe probe = probes.get(kind);
        return probe == null || probe.verdict() == ProbeState.Verdict.SUCCESS;
    }

    private void changed(ProbeKind kind) {
        if (kind == ProbeKind.STARTUP && started()) {
            start();
        }
        onChange.run();
    }

    private void begin(ProbeKind kind) {
        ContainerProbe probe = probes.get(kind);
        if (probe != null) {
            Duration delay = Duration.ofSeconds(or(kind.of(container).getInitialDelaySeconds(), 0));
            probe.start(Duration.between(clock.now(), observed.startedAt().plus(delay)));
        }
    }

    private void stop(ProbeKind kind) {
        ContainerProbe probe = probes.get(kind);
        if (probe != null) {
            probe.stop();
        }
    }

    private static ProbeState state(ProbeKind kind, Probe probe, Known known) {
        boolean before = kind == ProbeKind.STARTUP && known.started() || kind == ProbeKind.READINESS && known.ready();
        return new ProbeState(
                kind,
                or(probe.getSuccessThreshold(), 1),
                or(probe.getFailureThreshold(), FAILURE_THRESHOLD),
                before ? ProbeState.Verdict.SUCCESS : ProbeState.initial(kind));
    }

    static int or(Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }
}
