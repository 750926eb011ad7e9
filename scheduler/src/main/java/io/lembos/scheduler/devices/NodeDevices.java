package io.lembos.scheduler.devices;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The devices that can be used from one node only.
 *
 * @param pools in the order of their ids
 */
public record NodeDevices(List<PoolUse> pools) {
    public static final NodeDevices NONE = new NodeDevices(List.of());

    public NodeDevices {
        pools = List.copyOf(pools);
    }

    NodeDevices with(PoolUse use) {
        List<PoolUse> all = new ArrayList<>(pools);
        all.removeIf(each -> each.pool().id().equals(use.pool().id()));
        all.add(use);
        all.sort(Comparator.comparing(each -> each.pool().id()));
        return new NodeDevices(all);
    }

    NodeDevices without(PoolId pool) {
        return new NodeDevices(
                pools.stream().filter(each -> !each.pool().id().equals(pool)).toList());
    }
}
