package io.lembos.scheduler.devices;

import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import java.util.Comparator;

/** A pool of devices of one driver. */
public record PoolId(String driver, String name) implements Comparable<PoolId> {
    private static final Comparator<PoolId> ORDER =
            Comparator.comparing(PoolId::driver).thenComparing(PoolId::name);

    static PoolId of(ResourceSlice slice) {
        return new PoolId(slice.getSpec().getDriver(), slice.getSpec().getPool().getName());
    }

    @Override
    public int compareTo(PoolId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return driver + "/" + name;
    }
}
