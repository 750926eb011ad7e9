package io.lembos.kubelet.stats;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Speed from two readings of a counter: since the last but one question, so that whoever asks every now and then gets a mean
 * over that time. Guarded by its monitor; what is not asked for any more is forgotten.
 */
final class UsageRates {
    /** Readings closer than this say too little. */
    private static final long APART_NANOS_MIN = 500_000_000;

    private final Map<String, Reading> last = new HashMap<>();

    private record Reading(long nanos, long value, long rate) {}

    /**
     * @param at time of the reading
     * @return per second, empty at the first reading
     */
    synchronized OptionalLong perSecond(String what, Instant at, long value) {
        long nanos = at.getEpochSecond() * 1_000_000_000L + at.getNano();
        Reading before = last.get(what);
        if (before == null || value < before.value()) {
            last.put(what, new Reading(nanos, value, -1));
            return OptionalLong.empty();
        }
        long apart = nanos - before.nanos();
        if (apart < APART_NANOS_MIN) {
            return before.rate() < 0 ? OptionalLong.empty() : OptionalLong.of(before.rate());
        }
        long rate = (long) ((value - before.value()) * 1e9 / apart);
        last.put(what, new Reading(nanos, value, rate));
        return OptionalLong.of(rate);
    }

    synchronized void keepOnly(Set<String> known) {
        last.keySet().retainAll(known);
    }
}
