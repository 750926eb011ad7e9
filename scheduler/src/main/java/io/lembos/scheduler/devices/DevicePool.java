package io.lembos.scheduler.devices;

import io.fabric8.kubernetes.api.model.resource.v1.CounterSet;
import io.fabric8.kubernetes.api.model.resource.v1.Device;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The newest generation of a pool.
 *
 * @param complete whether all of its slices are there; until then nothing is taken from it
 * @param valid false if two devices have one name
 * @param devices in the order in which they are tried: by name of the slice, then as the slice lists them
 * @param node the only node from which all of them can be used; empty if there is no such node
 * @param counters by set and name, what devices that share something share
 */
public record DevicePool(
        PoolId id,
        boolean complete,
        boolean valid,
        List<OfferedDevice> devices,
        Optional<String> node,
        Map<CounterId, BigDecimal> counters) {

    /** A counter within the pool. */
    public record CounterId(String set, String name) {}

    public DevicePool {
        devices = List.copyOf(devices);
        counters = Map.copyOf(counters);
    }

    /** @param slices of all generations; at least one */
    static DevicePool of(PoolId id, Collection<ResourceSlice> slices) {
        long newest = slices.stream().mapToLong(DevicePool::generation).max().orElseThrow();
        List<ResourceSlice> current = slices.stream()
                .filter(slice -> generation(slice) == newest)
                .sorted(Comparator.comparing(slice -> slice.getMetadata().getName()))
                .toList();
        List<OfferedDevice> devices = new ArrayList<>();
        Map<CounterId, BigDecimal> counters = new HashMap<>();
        for (ResourceSlice slice : current) {
            for (Device device : slice.getSpec().getDevices()) {
                devices.add(OfferedDevice.of(slice, device));
            }
            for (CounterSet set : slice.getSpec().getSharedCounters()) {
                set.getCounters()
                        .forEach((name, counter) -> counters.put(
                                new CounterId(set.getName(), name),
                                counter.getValue().getNumericalAmount()));
            }
        }
        long count = current.getFirst().getSpec().getPool().getResourceSliceCount();
        boolean valid = devices.stream().map(OfferedDevice::id).distinct().count() == devices.size();
        return new DevicePool(id, current.size() == count, valid, devices, node(devices), counters);
    }

    private static long generation(ResourceSlice slice) {
        Long generation = slice.getSpec().getPool().getGeneration();
        return generation == null ? 0 : generation;
    }

    private static Optional<String> node(List<OfferedDevice> devices) {
        List<Reach> reaches =
                devices.stream().map(OfferedDevice::reach).distinct().toList();
        return reaches.size() == 1 && reaches.getFirst() instanceof Reach.OnNode(String name)
                ? Optional.of(name)
                : Optional.empty();
    }

    /** Whether something may be taken from it. */
    public boolean usable() {
        return complete && valid;
    }
}
