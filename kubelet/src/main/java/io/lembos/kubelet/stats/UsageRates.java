package io.lembos.kubelet.stats;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Speed of counters that are read when somebody asks: the mean since a reading before, or since the counter began, but never
 * over more than {@link #WINDOW_MAX}, because a mean over hours says nothing about now. Where there is no such reading there is
 * no speed, until the counter is read again. Guarded by its monitor; what is not asked for any more is forgotten.
 */
final class UsageRates {
    /** Readings closer than this say too little. */
    static final Duration WINDOW_MIN = Duration.ofSeconds(1);

    static final Duration WINDOW_MAX = Duration.ofSeconds(60);
    /** From here on the next speed begins at the newer reading, so that whoever asks often gets speeds of about this long. */
    private static final Duration WINDOW_WANTED = Duration.ofSeconds(10);

    private final Map<String, State> states = new HashMap<>();

    /** The mean over the window that ends with the last reading. */
    record Rate(long perSecond, Duration window) {
        /** Both together, over the time of which both are known. */
        Rate plus(Rate other) {
            return new Rate(perSecond + other.perSecond, window.compareTo(other.window) < 0 ? window : other.window);
        }
    }

    private record Reading(Instant at, long value) {
        Rate until(Reading later) {
            Duration window = Duration.between(at, later.at());
            return new Rate((long) ((later.value() - value) * 1e9 / window.toNanos()), window);
        }
    }

    /** @param known the last speed that could be told */
    private record State(Reading from, Optional<Rate> known) {}

    /**
     * Notes a reading.
     *
     * @param began when the counter was zero; a moment long ago where that is not known
     * @return whether there is a speed now
     */
    synchronized boolean take(String what, Instant began, Instant at, long value) {
        Reading reading = new Reading(at, value);
        State next = next(states.get(what), new Reading(began, 0), reading);
        states.put(what, next);
        return next.known().isPresent();
    }

    /** As of the last reading. */
    synchronized Optional<Rate> of(String what) {
        return Optional.ofNullable(states.get(what)).flatMap(State::known);
    }

    synchronized void keepOnly(Set<String> known) {
        states.keySet().retainAll(known);
    }

    private static State next(State before, Reading beginning, Reading now) {
        boolean usable =
                before != null && isRecent(before.from(), now) && before.from().value() <= now.value();
        Reading from = usable ? before.from() : isRecent(beginning, now) ? beginning : now;
        Duration window = Duration.between(from.at(), now.at());
        if (window.compareTo(WINDOW_MIN) < 0) {
            return new State(from, usable ? before.known() : Optional.empty());
        }
        Rate rate = from.until(now);
        return new State(window.compareTo(WINDOW_WANTED) < 0 ? from : now, Optional.of(rate));
    }

    private static boolean isRecent(Reading reading, Reading now) {
        return Duration.between(reading.at(), now.at()).compareTo(WINDOW_MAX) <= 0;
    }
}
