package io.lembos.kubelet.probes;

import io.lembos.api.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Asks one probe's question again and again, once per period, until the container is gone or the matter decided. One timer
 * waits or one attempt runs, never both; an attempt that takes longer than the period is followed by the next at once.
 *
 * <p>State is guarded by the monitor of this object; attempts and listeners run outside it.
 */
final class ContainerProbe {
    private final ProbeState state;
    private final Duration period;
    private final Clock clock;
    private final Executor executor;
    private final Supplier<Outcome> attempt;
    private final Consumer<Outcome> onOutcome;
    private final Runnable onChange;
    private Clock.Timer timer;
    private boolean stopped;

    /**
     * @param attempt asks once; may block up to its timeout
     * @param onOutcome told each outcome
     * @param onChange told when the verdict is another
     */
    ContainerProbe(
            ProbeState state,
            Duration period,
            Clock clock,
            Executor executor,
            Supplier<Outcome> attempt,
            Consumer<Outcome> onOutcome,
            Runnable onChange) {
        this.state = state;
        this.period = period;
        this.clock = clock;
        this.executor = executor;
        this.attempt = attempt;
        this.onOutcome = onOutcome;
        this.onChange = onChange;
    }

    /** Asks for the first time after a delay; nothing once stopped. */
    synchronized void start(Duration delay) {
        if (!stopped && timer == null && !state.isDecided()) {
            schedule(delay);
        }
    }

    synchronized void stop() {
        stopped = true;
        if (timer != null) {
            timer.cancel();
        }
    }

    synchronized ProbeState.Verdict verdict() {
        return state.verdict();
    }

    private void schedule(Duration delay) {
        timer = clock.after(delay.isNegative() ? Duration.ZERO : delay, () -> executor.execute(this::ask));
    }

    private void ask() {
        long begun = clock.nanoTime();
        Outcome outcome = attempt.get();
        boolean changed;
        synchronized (this) {
            if (stopped) {
                return;
            }
            changed = outcome.result() != Outcome.Result.ERROR
                    && state.answer(outcome.result() != Outcome.Result.FAILURE);
            if (!state.isDecided()) {
                schedule(period.minus(Duration.ofNanos(clock.nanoTime() - begun)));
            }
        }
        onOutcome.accept(outcome);
        if (changed) {
            onChange.run();
        }
    }
}
