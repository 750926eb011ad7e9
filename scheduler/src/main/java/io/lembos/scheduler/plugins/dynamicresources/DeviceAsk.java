package io.lembos.scheduler.plugins.dynamicresources;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceToleration;
import java.util.List;
import java.util.Map;

/**
 * What one request, or one of its alternatives, asks for.
 *
 * @param name of the request; with that of the alternative behind a slash, if it is one
 * @param selectors of the class, then of the request
 * @param count how many devices; {@link #ALL} for all that there are
 * @param admin whether it wants to see devices that others have
 * @param capacity the least that a device must have
 */
record DeviceAsk(
        String name,
        DeviceClass type,
        List<Selector> selectors,
        long count,
        boolean admin,
        List<DeviceToleration> tolerations,
        Map<String, Quantity> capacity) {
    static final long ALL = -1;

    /** @param owner whose it is, and which one, for a message */
    record Selector(String owner, String expression) {}

    DeviceAsk {
        selectors = List.copyOf(selectors);
        tolerations = List.copyOf(tolerations);
        capacity = Map.copyOf(capacity);
    }

    boolean all() {
        return count == ALL;
    }

    /** At least so many devices are needed. */
    long least() {
        return all() ? 1 : count;
    }
}
