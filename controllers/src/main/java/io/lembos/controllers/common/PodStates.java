package io.lembos.controllers.common;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What a pod's status says, in the words of Kubernetes' {@code podutil}. Pure. */
public final class PodStates {

    private PodStates() {}

    /** Neither ended nor on its way out. */
    public static boolean isActive(Pod pod) {
        return !hasEnded(pod) && pod.getMetadata().getDeletionTimestamp() == null;
    }

    public static boolean hasEnded(Pod pod) {
        return "Succeeded".equals(phase(pod)) || "Failed".equals(phase(pod));
    }

    public static String phase(Pod pod) {
        return pod.getStatus() == null || pod.getStatus().getPhase() == null
                ? ""
                : pod.getStatus().getPhase();
    }

    public static boolean isReady(Pod pod) {
        return readyCondition(pod).filter(c -> "True".equals(c.getStatus())).isPresent();
    }

    /** When the pod became ready; empty while it is not. */
    public static Optional<Instant> readySince(Pod pod) {
        return readyCondition(pod)
                .filter(c -> "True".equals(c.getStatus()) && c.getLastTransitionTime() != null)
                .map(c -> Instant.parse(c.getLastTransitionTime()));
    }

    /** Ready for at least so many seconds. */
    public static boolean isAvailable(Pod pod, int minReadySeconds, Instant now) {
        if (!isReady(pod)) {
            return false;
        }
        return minReadySeconds == 0
                || readySince(pod)
                        .filter(since ->
                                !since.plus(Duration.ofSeconds(minReadySeconds)).isAfter(now))
                        .isPresent();
    }

    private static Optional<PodCondition> readyCondition(Pod pod) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getConditions().stream()
                        .filter(c -> "Ready".equals(c.getType()))
                        .findFirst();
    }
}
