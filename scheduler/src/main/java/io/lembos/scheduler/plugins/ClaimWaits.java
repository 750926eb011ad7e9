package io.lembos.scheduler.plugins;

import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Who waits for claims to be bound; told of every change, so that nobody asks in vain. Safe for all threads; bounded by the
 * pods that are being bound.
 */
public final class ClaimWaits {
    private final Clock clock;
    private final Map<ObjectKey, Set<Wait>> byClaim = new ConcurrentHashMap<>();

    /** How far claims have come. */
    sealed interface Progress {
        Progress DONE = new Done();
        Progress WAITING = new Waiting();

        record Done() implements Progress {}

        record Waiting() implements Progress {}

        /** It is of no use to wait longer. */
        record Failed(String reason) implements Progress {}

        static Progress failed(String reason) {
            return new Failed(reason);
        }
    }

    /** One thread's wait. Guarded by its monitor. */
    private static final class Wait {
        private boolean changed = true;
        private boolean expired;

        synchronized void look() {
            changed = true;
            notifyAll();
        }

        synchronized void expire() {
            expired = true;
            notifyAll();
        }

        /** Returns when there is something new to look at; false if the time is over. */
        synchronized boolean next() throws InterruptedException {
            while (!changed && !expired) {
                wait();
            }
            boolean was = changed;
            changed = false;
            return was;
        }
    }

    public ClaimWaits(Clock clock) {
        this.clock = clock;
    }

    /** The claim, or its volume, is different now in the cache. */
    public void changed(ObjectKey claim) {
        Set<Wait> waits = byClaim.get(claim);
        if (waits != null) {
            waits.forEach(Wait::look);
        }
    }

    /**
     * Waits until the claims have come far enough.
     *
     * @return why it is of no use to wait longer; empty when they are there
     * @throws IllegalStateException when the time is over
     */
    Optional<String> await(List<ObjectKey> claims, Duration timeout, Supplier<Progress> progress)
            throws InterruptedException {
        Wait wait = new Wait();
        claims.forEach(claim -> add(claim, wait));
        Clock.Timer timer = clock.after(timeout, wait::expire);
        try {
            while (wait.next()) {
                switch (progress.get()) {
                    case Progress.Done done -> {
                        return Optional.empty();
                    }
                    case Progress.Failed failed -> {
                        return Optional.of(failed.reason());
                    }
                    case Progress.Waiting waiting -> {}
                }
            }
            throw new IllegalStateException("binding volumes: context deadline exceeded");
        } finally {
            timer.cancel();
            claims.forEach(claim -> remove(claim, wait));
        }
    }

    private void add(ObjectKey claim, Wait wait) {
        byClaim.compute(claim, (key, present) -> {
            Set<Wait> waits = present == null ? new HashSet<>() : new HashSet<>(present);
            waits.add(wait);
            return waits;
        });
    }

    private void remove(ObjectKey claim, Wait wait) {
        byClaim.computeIfPresent(claim, (key, present) -> {
            Set<Wait> waits = new HashSet<>(present);
            waits.remove(wait);
            return waits.isEmpty() ? null : waits;
        });
    }
}
