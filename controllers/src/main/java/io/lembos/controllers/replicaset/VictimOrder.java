package io.lembos.controllers.replicaset;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.controllers.common.PodStates;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which pods go first when there are too many: unassigned before assigned, pending before running, not ready before
 * ready, cheap before dear ({@code pod-deletion-cost}), on a node with many of their kind before alone, ready for a short
 * time before long, more restarts first, younger first. Ages count as equal within a power of two, so that the choice
 * among pods of about one age is not always the youngest. Order: Kubernetes' {@code ActivePodsWithRanks}.
 */
final class VictimOrder {
    private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

    private final Map<String, Long> perNode;
    private final Instant now;

    /**
     * @param related all active pods of the same owner, those of its other ReplicaSets too
     */
    VictimOrder(List<Pod> related, Instant now) {
        this.perNode = related.stream()
                .filter(VictimOrder::isAssigned)
                .collect(Collectors.groupingBy(p -> p.getSpec().getNodeName(), Collectors.counting()));
        this.now = now;
    }

    List<Pod> choose(List<Pod> pods, int count) {
        if (count >= pods.size()) {
            return List.copyOf(pods);
        }
        return pods.stream().sorted(order()).limit(count).toList();
    }

    private Comparator<Pod> order() {
        return Comparator.comparing(VictimOrder::isAssigned)
                .thenComparing(VictimOrder::phaseRank)
                .thenComparing(PodStates::isReady)
                .thenComparing(VictimOrder::deletionCost)
                .thenComparing(this::neighbours, Comparator.reverseOrder())
                .thenComparing(age(PodStates::readySince))
                .thenComparing(VictimOrder::restarts, Comparator.reverseOrder())
                .thenComparing(age(VictimOrder::created))
                .thenComparing(p -> p.getMetadata().getUid());
    }

    private Comparator<Pod> age(Function<Pod, Optional<Instant>> since) {
        return Comparator.comparing(pod -> since.apply(pod).map(this::magnitude).orElse(Integer.MIN_VALUE));
    }

    /** The power of two below an age in nanoseconds. */
    private int magnitude(Instant since) {
        Duration age = Duration.between(since, now);
        return age.isPositive() ? 63 - Long.numberOfLeadingZeros(age.toNanos()) : -1;
    }

    private long neighbours(Pod pod) {
        return isAssigned(pod) ? perNode.getOrDefault(pod.getSpec().getNodeName(), 0L) : 0;
    }

    private static Optional<Instant> created(Pod pod) {
        return Optional.ofNullable(pod.getMetadata().getCreationTimestamp()).map(Instant::parse);
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
                        .max()
                        .orElse(0);
    }
}
