package io.lembos.dashboard.login;

import io.lembos.api.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down guessing: an address may fail {@link #FAILURES_MAX} times in {@link #WINDOW}, then it must wait for the
 * window to end.
 *
 * <p>An attempt counts as failed from its beginning until it has succeeded, so attempts at the same time gain nothing. At
 * most {@link #ADDRESSES_MAX} addresses are remembered; one more makes the oldest forgotten. Guarded by the monitor of
 * this object.
 */
public final class AttemptLimit {
    public static final Duration WINDOW = Duration.ofMinutes(1);
    public static final int FAILURES_MAX = 10;
    static final int ADDRESSES_MAX = 1_024;

    private record Failures(Instant since, int count) {}

    private final Clock clock;
    private final Map<String, Failures> byAddress = new LinkedHashMap<>();

    public AttemptLimit(Clock clock) {
        this.clock = clock;
    }

    /** Whether the address may try now. */
    public synchronized boolean begin(String address) {
        Instant now = clock.now();
        Failures failures = byAddress.get(address);
        if (failures == null || !now.isBefore(failures.since().plus(WINDOW))) {
            byAddress.remove(address);
            failures = new Failures(now, 0);
        }
        if (failures.count() >= FAILURES_MAX) {
            return false;
        }
        byAddress.put(address, new Failures(failures.since(), failures.count() + 1));
        if (byAddress.size() > ADDRESSES_MAX) {
            byAddress.remove(byAddress.keySet().iterator().next());
        }
        return true;
    }

    /** The attempt was right after all. */
    public synchronized void succeeded(String address) {
        byAddress.remove(address);
    }

    synchronized int addresses() {
        return byAddress.size();
    }
}
