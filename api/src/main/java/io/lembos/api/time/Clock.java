package io.lembos.api.time;

import java.time.Duration;
import java.time.Instant;

/**
 * Time as the engine sees it: given through constructors, so that a test or a simulation can move it by hand.
 *
 * <p>{@link SystemClock} is real time, {@link FakeClock} stands still until told to go on.
 */
public interface Clock {

    /** Wall-clock time, for timestamps in objects. */
    Instant now();

    /** Time that only grows, in nanoseconds from an arbitrary start, for measuring durations. */
    long nanoTime();

    /**
     * Runs a task once after a delay, on a thread of the clock's choice; the task must be short or hand its work on.
     *
     * @return a handle that stops the task if it has not begun
     */
    Timer after(Duration delay, Runnable task);

    /** A task that waits for its time. */
    interface Timer {
        /** Stops the task if it has not begun; safe to call twice. */
        void cancel();
    }
}
