package io.lembos.scheduler.reference;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;

/**
 * All nodes and the pods on them.
 *
 * @param pods each with the name of its node
 */
public record ReferenceCluster(List<Node> nodes, List<Pod> pods) {

    List<Pod> on(Node node) {
        return pods.stream()
                .filter(p -> node.getMetadata().getName().equals(p.getSpec().getNodeName()))
                .toList();
    }

    static String name(Node node) {
        return node.getMetadata().getName();
    }

    static Map<String, String> labels(Node node) {
        return node.getMetadata().getLabels() == null
                ? Map.of()
                : node.getMetadata().getLabels();
    }

    /** Status.allocatable, or else capacity. */
    static Map<String, Quantity> allocatable(Node node) {
        Map<String, Quantity> allocatable = node.getStatus().getAllocatable();
        if (allocatable == null || allocatable.isEmpty()) {
            allocatable = node.getStatus().getCapacity();
        }
        return allocatable == null ? Map.of() : allocatable;
    }
}
