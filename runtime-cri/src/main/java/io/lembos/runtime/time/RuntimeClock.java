package io.lembos.runtime.time;

import java.time.Duration;
import java.time.Instant;

/** The time that a simulated runtime lives in. Has the shape of the engine's clock, so that one adapts with two lambdas. */
public interface RuntimeClock {

    Instant now();

    /**
     * Runs a short task once after a delay, on a thread of the clock's choice.
     *
     * @return stops the task if it has not begun; safe to run twice
     */
    Runnable after(Duration delay, Runnable task);
}
