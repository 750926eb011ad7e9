package io.lembos.scheduler.plugins.dynamicresources;

import java.util.List;

/**
 * One request of a claim.
 *
 * @param alternatives the first that can be had is taken; one that is not an alternative stands alone
 * @param prioritized whether they are alternatives ({@code firstAvailable})
 */
record RequestAsk(String name, List<DeviceAsk> alternatives, boolean prioritized) {
    RequestAsk {
        alternatives = List.copyOf(alternatives);
    }

    long least() {
        return alternatives.stream().mapToLong(DeviceAsk::least).min().orElse(0);
    }

    /** The least number of devices that nobody else has. */
    long leastFree() {
        return alternatives.stream()
                .mapToLong(ask -> ask.admin() ? 0 : ask.least())
                .min()
                .orElse(0);
    }
}
