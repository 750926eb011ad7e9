package io.lembos.scheduler.preemption;

import io.fabric8.kubernetes.api.model.PodCondition;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Whether a pod may make others go. Pure.
 *
 * @param isLeaving whether a pod is being evicted, although its deletion has not been seen yet
 */
record Eligibility(Predicate<PodInfo> isLeaving) {

    /**
     * Why not; empty if it may.
     *
     * @param nominated the node that the pod waits for, if others may leave it in time to come
     */
    Optional<String> objection(PodInfo pod, Optional<NodeInfo> nominated) {
        if ("Never".equals(pod.pod().getSpec().getPreemptionPolicy())) {
            return Optional.of("not eligible due to preemptionPolicy=Never.");
        }
        boolean waits = nominated.stream()
                .flatMap(node -> node.pods().values().stream())
                .anyMatch(other -> other.priority() < pod.priority()
                        && (isLeaving.test(other) || isTerminatingByPreemption(other)));
        return waits ? Optional.of("not eligible due to a terminating pod on the nominated node.") : Optional.empty();
    }

    private static boolean isTerminatingByPreemption(PodInfo pod) {
        return pod.isTerminating()
                && pod.pod().getStatus() != null
                && pod.pod().getStatus().getConditions().stream()
                        .filter(c -> c.getType().equals(Eviction.CONDITION))
                        .findFirst()
                        .filter(Eligibility::isByPreemption)
                        .isPresent();
    }

    private static boolean isByPreemption(PodCondition condition) {
        return "True".equals(condition.getStatus()) && Eviction.REASON.equals(condition.getReason());
    }
}
