package io.lembos.scheduler.devices;

import java.util.BitSet;
import java.util.function.Predicate;

/** A pool and which of its devices are taken. Immutable. */
public final class PoolUse {
    private final DevicePool pool;
    private final BitSet taken;
    private final int free;

    private PoolUse(DevicePool pool, BitSet taken) {
        this.pool = pool;
        this.taken = taken;
        free = pool.devices().size() - taken.cardinality();
    }

    static PoolUse of(DevicePool pool, Predicate<DeviceId> isTaken) {
        BitSet taken = new BitSet(pool.devices().size());
        for (int i = 0; i < pool.devices().size(); i++) {
            taken.set(i, isTaken.test(pool.devices().get(i).id()));
        }
        return new PoolUse(pool, taken);
    }

    public DevicePool pool() {
        return pool;
    }

    /** @param device its index in the pool */
    public boolean isTaken(int device) {
        return taken.get(device);
    }

    /** How many are not taken. */
    public int free() {
        return free;
    }

    PoolUse with(DeviceId device, boolean isTaken) {
        BitSet changed = (BitSet) taken.clone();
        for (int i = 0; i < pool.devices().size(); i++) {
            if (pool.devices().get(i).id().equals(device)) {
                changed.set(i, isTaken);
            }
        }
        return new PoolUse(pool, changed);
    }
}
