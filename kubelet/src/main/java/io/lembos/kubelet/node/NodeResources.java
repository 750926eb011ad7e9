package io.lembos.kubelet.node;

import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.kubelet.eviction.EvictionSettings;
import io.lembos.kubelet.eviction.Signal;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the machine has, and what of it pods may use: not what is reserved for the rest of the machine, and not the memory
 * and disk below which pods are evicted. Pure.
 *
 * @param capacity by the name of the resource
 * @param allocatable by the name of the resource
 */
public record NodeResources(Map<String, Quantity> capacity, Map<String, Quantity> allocatable) {
    private static final int PODS_MAX = 110;
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);
    private static final BigDecimal MILLI = BigDecimal.valueOf(1000);

    public static NodeResources of(MachineFacts machine, Map<String, Quantity> reserved, EvictionSettings eviction) {
        Map<String, Quantity> capacity = new TreeMap<>(Map.of(
                "cpu", new Quantity(String.valueOf(machine.cpus())),
                "memory", new Quantity(machine.memoryBytes() / 1024 + "Ki"),
                "ephemeral-storage", new Quantity(machine.storageBytes() / 1024 + "Ki"),
                "pods", new Quantity(String.valueOf(PODS_MAX))));
        BigDecimal huge = BigDecimal.ZERO;
        for (Map.Entry<String, Long> pages : machine.hugePages().entrySet()) {
            BigDecimal bytes = bytes(pages);
            huge = huge.add(bytes);
            capacity.put("hugepages-" + pages.getKey(), binary(bytes));
        }
        Map<String, Quantity> allocatable = new TreeMap<>(capacity);
        BigDecimal cpu = left("cpu", capacity, reserved);
        allocatable.put("cpu", new Quantity(cores(cpu)));
        BigDecimal memoryKept = BigDecimal.valueOf(eviction.keptFree(Signal.MEMORY_AVAILABLE, machine.memoryBytes()));
        BigDecimal memory = left("memory", capacity, reserved).subtract(huge).subtract(memoryKept);
        allocatable.put("memory", new Quantity(memory.max(BigDecimal.ZERO).divideToIntegralValue(KIBI) + "Ki"));
        BigDecimal storageKept =
                BigDecimal.valueOf(eviction.keptFree(Signal.NODE_DISK_AVAILABLE, machine.storageBytes()));
        BigDecimal storage = left("ephemeral-storage", capacity, reserved).subtract(storageKept);
        allocatable.put(
                "ephemeral-storage",
                new Quantity(storage.max(BigDecimal.ZERO).toBigInteger().toString()));
        return new NodeResources(capacity, allocatable);
    }

    private static BigDecimal left(String resource, Map<String, Quantity> all, Map<String, Quantity> reserved) {
        BigDecimal taken =
                reserved.containsKey(resource) ? reserved.get(resource).getNumericalAmount() : BigDecimal.ZERO;
        return all.get(resource).getNumericalAmount().subtract(taken).max(BigDecimal.ZERO);
    }

    private static String cores(BigDecimal cpu) {
        BigDecimal whole = cpu.stripTrailingZeros();
        return whole.scale() <= 0 ? whole.toPlainString() : cpu.multiply(MILLI).toBigInteger() + "m";
    }

    private static BigDecimal bytes(Map.Entry<String, Long> pages) {
        return new Quantity(pages.getKey()).getNumericalAmount().multiply(BigDecimal.valueOf(pages.getValue()));
    }

    /** In the largest unit that leaves no rest, as Kubernetes writes it. */
    private static Quantity binary(BigDecimal bytes) {
        long left = bytes.longValue();
        String[] units = {"", "Ki", "Mi", "Gi", "Ti"};
        int unit = 0;
        while (left != 0 && left % 1024 == 0 && unit < units.length - 1) {
            left /= 1024;
            unit++;
        }
        return new Quantity(left + units[unit]);
    }
}
