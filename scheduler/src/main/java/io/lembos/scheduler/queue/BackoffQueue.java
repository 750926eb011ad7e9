package io.lembos.scheduler.queue;

import java.time.Duration;
import java.util.Comparator;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * Pods whose last attempt was a short time ago. They leave when their back-off ends; those that were rejected, not failed
 * in error, may be taken before, when nobody else waits: in order of the second in which they end, then of importance.
 *
 * <p>Guarded by the queue's lock.
 */
final class BackoffQueue {
    private static final long WINDOW_NANOS = Duration.ofSeconds(1).toNanos();

    private final TreeSet<QueuedPod> byEnd =
            new TreeSet<>(Comparator.<QueuedPod>comparingLong(p -> p.readyNanos).thenComparingLong(p -> p.sequence));
    private final TreeSet<QueuedPod> early;

    /** @param order by importance */
    BackoffQueue(Comparator<QueuedPod> order) {
        early = new TreeSet<>(Comparator.<QueuedPod>comparingLong(p -> Math.floorDiv(p.readyNanos, WINDOW_NANOS))
                .thenComparing(order));
    }

    void add(QueuedPod pod) {
        byEnd.add(pod);
        if (!pod.inError()) {
            early.add(pod);
        }
    }

    void remove(QueuedPod pod) {
        byEnd.remove(pod);
        early.remove(pod);
    }

    /** The next one that may be taken before its time, or null. */
    QueuedPod firstEarly() {
        return early.isEmpty() ? null : early.first();
    }

    /** One whose back-off is over, or null. */
    QueuedPod firstEnded(long nowNanos) {
        return byEnd.isEmpty() || byEnd.first().readyNanos > nowNanos ? null : byEnd.first();
    }

    /** When the next back-off ends. */
    OptionalLong nextNanos() {
        return byEnd.isEmpty() ? OptionalLong.empty() : OptionalLong.of(byEnd.first().readyNanos);
    }

    boolean isEmpty() {
        return byEnd.isEmpty();
    }

    int size() {
        return byEnd.size();
    }
}
