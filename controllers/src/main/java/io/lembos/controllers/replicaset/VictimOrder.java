package io.lembos.controllers.replicaset;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.controllers.common.PodStates;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Which pods go first when there are too many: unassigned before assigned, pending before running, not ready before
 * ready, cheap before dear ({@code pod-deletion-cost}), more restarts first, younger first. Order: Kubernetes'
 * {@code ActivePodsWithRanks}.
 */
final class VictimOrder {
    private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

    private static final Comparator<Pod> ORDER = Comparator.comparing(VictimOrder::isAssigned)
            .thenComparing(VictimOrder::phaseRank)
            .thenComparing(PodStates::isReady)
            .thenComparing(VictimOrder::deletionCost)
            .thenComparing(VictimOrder::restarts, Comparator.reverseOrder())
            .thenComparing(p -> p.getMetadata().getCreationTimestamp(), Comparator.reverseOrder())
            .thenComparing(p -> p.getMetadata().getName());

    private VictimOrder() {}

    static List<Pod> choose(List<Pod> pods, int count) {
        return pods.stream().sorted(ORDER).limit(count).toList();
    }

    private static boolean isAssigned(Pod pod) {
        return pod.getSpec().getNodeName() != null
                && !pod.getSpec().getNodeName().isEmpty();
    }

    private static int phaseRank(Pod pod) {
        return switch (PodStates.phase(pod)) {
            case "Pending" -> 0;
            case "Unknown" -> 1;
            default -> 2;
        };
    }

    private static int deletionCost(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        String cost = annotations == null ? null : annotations.get(DELETION_COST);
        try {
            return cost == null ? 0 : Integer.parseInt(cost);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static int restarts(Pod pod) {
        return pod.getStatus() == null
                ? 0
                : pod.getStatus().getContainerStatuses().stream()
                        .mapToInt(ContainerStatus::getRestartCount)
                        .sum();
    }
}
