package io.lembos.apiserver.store;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Wall-clock time and one-shot wake-ups, so that tests push the time instead of waiting for it. */
public interface StoreTimer extends AutoCloseable {
    Instant now();

    /** Runs the task once, at that time or soon after; at once if it has passed. The task must not block. */
    Wakeup schedule(Instant at, Runnable task);

    @Override
    void close();

    /** A wake-up that may still be called off. */
    interface Wakeup {
        void cancel();
    }

    /** The machine's clock and one daemon thread. */
    static StoreTimer system() {
        return new SystemStoreTimer(InstantSource.system());
    }

    /** Owner of its thread; nothing is bounded because the store has one wake-up at a time. */
    final class SystemStoreTimer implements StoreTimer {
        private final InstantSource clock;
        private final ScheduledThreadPoolExecutor thread;

        SystemStoreTimer(InstantSource clock) {
            this.clock = clock;
            this.thread = new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().daemon().name("store-timer").factory());
            thread.setRemoveOnCancelPolicy(true);
        }

        @Override
        public Instant now() {
            return clock.instant();
        }

        @Override
        public Wakeup schedule(Instant at, Runnable task) {
            long delayMs = Math.max(0, at.toEpochMilli() - now().toEpochMilli());
            var future = thread.schedule(task, delayMs, TimeUnit.MILLISECONDS);
            return () -> future.cancel(false);
        }

        @Override
        public void close() {
            thread.shutdownNow();
        }
    }
}
