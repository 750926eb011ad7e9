package io.lembos.scheduler.queue;

import io.lembos.api.time.Clock;
import java.time.Duration;

/**
 * Calls back at the earliest of the times it is given; armed only while there is something to wait for. May call once more
 * than asked. Guarded by the queue's lock; the action runs outside it.
 */
final class Alarm {
    private final Clock clock;
    private final Runnable action;
    private Clock.Timer timer;
    private long dueNanos;
    private boolean closed;

    Alarm(Clock clock, Runnable action) {
        this.clock = clock;
        this.action = action;
    }

    void at(long nanos) {
        if (closed || timer != null && dueNanos <= nanos) {
            return;
        }
        clear();
        dueNanos = nanos;
        timer = clock.after(Duration.ofNanos(Math.max(0, nanos - clock.nanoTime())), action);
    }

    void clear() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /** Never calls back again. */
    void close() {
        closed = true;
        clear();
    }
}
