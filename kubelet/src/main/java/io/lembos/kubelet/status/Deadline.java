package io.lembos.kubelet.status;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How long a pod may be active: {@code activeDeadlineSeconds} from its start time on. Pure. */
public final class Deadline {
    public static final String REASON = "DeadlineExceeded";
    public static final String MESSAGE = "Pod was active on the node longer than the specified deadline";

    private Deadline() {}

    /** When the pod has to be over; empty if it may go on, or has not begun. */
    public static Optional<Instant> of(Pod pod) {
        Long seconds = pod.getSpec().getActiveDeadlineSeconds();
        String started = pod.getStatus() == null ? null : pod.getStatus().getStartTime();
        return seconds == null || started == null
                ? Optional.empty()
                : Optional.of(Instant.parse(started).plusSeconds(seconds));
    }

    static boolean isOver(Pod pod, Instant now) {
        return of(pod).filter(end -> !now.isBefore(end)).isPresent();
    }

    /** Whether it was over before the containers of a pod had ended. */
    static boolean wasOver(Pod pod, List<ContainerStatus> containers) {
        return containers.stream()
                .map(c -> c.getState().getTerminated())
                .anyMatch(end ->
                        end != null && end.getFinishedAt() != null && isOver(pod, Instant.parse(end.getFinishedAt())));
    }
}
