package io.lembos.scheduler.cache;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/**
 * A node and the sum of what the pods on it ask for. Immutable: each pod that comes or goes makes a new one in constant
 * time, so that a snapshot costs nothing to keep.
 *
 * @param podCount pods on the node, those with a terminal phase left out
 * @param requested sum of {@link PodInfo#requests}
 * @param scoringRequested sum of {@link PodInfo#scoringRequests}
 */
public record NodeInfo(
        Node node,
        ResourceAmounts allocatable,
        long podsMax,
        int podCount,
        ResourceAmounts requested,
        ResourceAmounts scoringRequested) {

    public static NodeInfo empty(Node node) {
        return new NodeInfo(node, allocatable(node), podsMax(node), 0, ResourceAmounts.NONE, ResourceAmounts.NONE);
    }

    public String name() {
        return node.getMetadata().getName();
    }

    NodeInfo with(PodInfo pod) {
        return new NodeInfo(
                node,
                allocatable,
                podsMax,
                podCount + 1,
                requested.plus(pod.requests()),
                scoringRequested.plus(pod.scoringRequests()));
    }

    NodeInfo without(PodInfo pod) {
        return new NodeInfo(
                node,
                allocatable,
                podsMax,
                podCount - 1,
                requested.minus(pod.requests()),
                scoringRequested.minus(pod.scoringRequests()));
    }

    /** The same pods on a newer state of the node. */
    NodeInfo on(Node newer) {
        return new NodeInfo(newer, allocatable(newer), podsMax(newer), podCount, requested, scoringRequested);
    }

    private static ResourceAmounts allocatable(Node node) {
        return ResourceAmounts.of(quantities(node));
    }

    private static long podsMax(Node node) {
        Map<String, Quantity> quantities = quantities(node);
        Quantity pods = quantities == null ? null : quantities.get("pods");
        return pods == null ? 0 : pods.getNumericalAmount().longValue();
    }

    private static Map<String, Quantity> quantities(Node node) {
        NodeStatus status = node.getStatus();
        if (status == null) {
            return null;
        }
        boolean given =
                status.getAllocatable() != null && !status.getAllocatable().isEmpty();
        return given ? status.getAllocatable() : status.getCapacity();
    }
}
