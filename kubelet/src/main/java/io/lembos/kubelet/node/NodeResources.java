package io.lembos.kubelet.node;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;

/**
 * What the machine has, and what of it pods may use.
 *
 * @param capacity by the name of the resource
 * @param allocatable by the name of the resource
 */
public record NodeResources(Map<String, Quantity> capacity, Map<String, Quantity> allocatable) {
    private static final int PODS_MAX = 110;

    public static NodeResources of(MachineFacts machine) {
        Map<String, Quantity> capacity = Map.of(
                "cpu", new Quantity(String.valueOf(machine.cpus())),
                "memory", new Quantity(machine.memoryBytes() / 1024 + "Ki"),
                "ephemeral-storage", new Quantity(machine.storageBytes() / 1024 + "Ki"),
                "pods", new Quantity(String.valueOf(PODS_MAX)));
        return new NodeResources(capacity, capacity);
    }
}
