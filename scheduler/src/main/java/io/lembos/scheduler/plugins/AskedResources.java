package io.lembos.scheduler.plugins;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.ResourceAmounts;
import io.lembos.scheduler.cache.ResourceNames;
import java.util.Arrays;
import java.util.List;

/**
 * The resources that a score compares, for one pod: what it asks of each, and what nodes have. Scalar resources that the
 * pod does not ask for are not compared. Immutable.
 */
final class AskedResources {
    private final Kind[] kinds;
    private final String[] names;
    private final long[] weights;
    private final long[] asks;
    private final boolean withDefaults;
    private final boolean anything;

    private enum Kind {
        CPU,
        MEMORY,
        EPHEMERAL_STORAGE,
        SCALAR
    }

    /** @param withDefaults whether containers that do not say count with 100m CPU and 200 MiB */
    AskedResources(List<ResourceWeight> resources, PodInfo pod, boolean withDefaults) {
        this.withDefaults = withDefaults;
        ResourceAmounts amounts = withDefaults ? pod.scoringAsks() : pod.requests();
        List<ResourceWeight> compared = resources.stream()
                .filter(r -> kind(r.name()) != Kind.SCALAR || amount(amounts, Kind.SCALAR, r.name()) != 0)
                .toList();
        kinds = compared.stream().map(r -> kind(r.name())).toArray(Kind[]::new);
        names = compared.stream().map(ResourceWeight::name).toArray(String[]::new);
        weights = compared.stream().mapToLong(ResourceWeight::weight).toArray();
        asks = compared.stream()
                .mapToLong(r -> amount(amounts, kind(r.name()), r.name()))
                .toArray();
        anything = Arrays.stream(asks).anyMatch(a -> a != 0);
    }

    /** Whether the pod asks for any of them. */
    boolean anything() {
        return anything;
    }

    int size() {
        return names.length;
    }

    long weight(int resource) {
        return weights[resource];
    }

    long asks(int resource) {
        return asks[resource];
    }

    /** 0 where the resource is not compared. */
    long allocatable(int resource, NodeInfo node) {
        return amount(node.allocatable(), kinds[resource], names[resource]);
    }

    /** What the pods on the node have taken. */
    long taken(int resource, NodeInfo node) {
        Kind kind = kinds[resource];
        boolean defaulted = withDefaults && (kind == Kind.CPU || kind == Kind.MEMORY);
        return amount(defaulted ? node.scoringRequested() : node.requested(), kind, names[resource]);
    }

    private static Kind kind(String name) {
        return switch (name) {
            case ResourceNames.CPU -> Kind.CPU;
            case ResourceNames.MEMORY -> Kind.MEMORY;
            case ResourceNames.EPHEMERAL_STORAGE -> Kind.EPHEMERAL_STORAGE;
            default -> Kind.SCALAR;
        };
    }

    private static long amount(ResourceAmounts amounts, Kind kind, String name) {
        return switch (kind) {
            case CPU -> amounts.milliCpu();
            case MEMORY -> amounts.memoryBytes();
            case EPHEMERAL_STORAGE -> amounts.ephemeralBytes();
            case SCALAR -> amounts.extended().getOrDefault(name, 0L);
        };
    }
}
