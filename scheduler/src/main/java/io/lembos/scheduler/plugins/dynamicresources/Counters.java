package io.lembos.scheduler.plugins.dynamicresources;

import io.fabric8.kubernetes.api.model.resource.v1.DeviceCounterConsumption;
import io.lembos.scheduler.devices.DevicePool.CounterId;
import io.lembos.scheduler.devices.OfferedDevice;
import io.lembos.scheduler.devices.PoolUse;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** What is left of the counters that devices of one pool share (KEP-4815). Used by one thread. */
final class Counters {
    private final Map<CounterId, BigDecimal> left;

    /** As the devices that are taken leave them. */
    Counters(PoolUse use) {
        left = new HashMap<>(use.pool().counters());
        for (int i = 0; i < use.pool().devices().size(); i++) {
            if (use.isTaken(i)) {
                take(use.pool().devices().get(i));
            }
        }
    }

    /** Whether there is enough for one more device; a counter that is not there has nothing. */
    boolean allow(OfferedDevice device) {
        boolean[] enough = {true};
        each(device, (id, amount) -> {
            enough[0] &= left.getOrDefault(id, BigDecimal.ZERO).compareTo(amount) >= 0;
        });
        return enough[0];
    }

    void take(OfferedDevice device) {
        each(device, (id, amount) -> left.merge(id, amount.negate(), BigDecimal::add));
    }

    void giveBack(OfferedDevice device) {
        each(device, (id, amount) -> left.merge(id, amount, BigDecimal::add));
    }

    private static void each(OfferedDevice device, BiConsumer<CounterId, BigDecimal> action) {
        for (DeviceCounterConsumption each : device.device().getConsumesCounters()) {
            each.getCounters()
                    .forEach((name, counter) -> action.accept(
                            new CounterId(each.getCounterSet(), name),
                            counter.getValue().getNumericalAmount()));
        }
    }
}
