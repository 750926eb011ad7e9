package io.lembos.bootstrap.assembly;

import io.lembos.api.time.Clock;
import io.lembos.bootstrap.process.Phase;
import io.lembos.bootstrap.process.PhaseListener;
import java.time.Duration;

/** Times the steps of a start and reports each as it ends. May be used by several threads. */
final class Phases {
    private final Clock clock;
    private final PhaseListener listener;
    private final long startNanos;

    /** @param sinceStart how long the process had been running when this was made */
    Phases(Clock clock, PhaseListener listener, Duration sinceStart) {
        this.clock = clock;
        this.listener = listener;
        this.startNanos = clock.nanoTime() - sinceStart.toNanos();
    }

    /** A step that may fail in any way. */
    interface Step<T> {
        T run() throws Exception;
    }

    <T> T time(String name, String title, Step<T> step) throws Exception {
        long begun = clock.nanoTime();
        T result = step.run();
        report(name, title, begun);
        return result;
    }

    void ready() {
        report(Phase.READY, "ready", clock.nanoTime());
    }

    private synchronized void report(String name, String title, long begun) {
        long now = clock.nanoTime();
        listener.onPhase(new Phase(name, title, (now - begun) / 1_000_000, (now - startNanos) / 1_000_000));
    }
}
