package io.lembos.api.queue;

import io.lembos.api.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keys that wait to be reconciled: each at most once, and never on two workers at a time. A key added while it is being
 * worked on is handed out again afterwards, so no change is missed. Bounded by the number of distinct keys.
 *
 * <p>Failed keys come back after 5 ms, doubled on each failure up to 1,000 s (client-go's default item back-off).
 *
 * <p>All state is guarded by {@code lock}.
 */
public final class WorkQueue<K> {
    private static final Duration BACKOFF_MIN = Duration.ofMillis(5);
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(1000);

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition available = lock.newCondition();
    private final ArrayDeque<K> queue = new ArrayDeque<>();
    private final Set<K> dirty = new HashSet<>();
    private final Set<K> processing = new HashSet<>();
    private final Map<K, Integer> failures = new HashMap<>();
    private final Map<K, Delayed> delayed = new HashMap<>();
    private boolean closed;

    private record Delayed(long dueNanos, Clock.Timer timer) {}

    public WorkQueue(Clock clock) {
        this.clock = clock;
    }

    /** Marks a key as needing work. */
    public void add(K key) {
        lock.lock();
        try {
            if (closed || !dirty.add(key)) {
                return;
            }
            if (!processing.contains(key)) {
                queue.add(key);
                available.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Adds a key after a delay; of several pending delays for a key the earliest counts. */
    public void addAfter(K key, Duration delay) {
        if (delay.isZero() || delay.isNegative()) {
            add(key);
            return;
        }
        lock.lock();
        try {
            long due = clock.nanoTime() + delay.toNanos();
            Delayed pending = delayed.get(key);
            if (closed || (pending != null && pending.dueNanos() <= due)) {
                return;
            }
            if (pending != null) {
                pending.timer().cancel();
            }
            delayed.put(key, new Delayed(due, clock.after(delay, () -> release(key, due))));
        } finally {
            lock.unlock();
        }
    }

    /** Adds a key after its back-off, which doubles with each call until {@link #forget}. */
    public void addRateLimited(K key) {
        lock.lock();
        int failed;
        try {
            failed = failures.merge(key, 1, Integer::sum);
        } finally {
            lock.unlock();
        }
        addAfter(key, backoff(failed));
    }

    /** Ends the back-off of a key that succeeded. */
    public void forget(K key) {
        lock.lock();
        try {
            failures.remove(key);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a key; empty once the queue is closed. The caller must give the key back with {@link #done}. */
    public Optional<K> take() throws InterruptedException {
        lock.lock();
        try {
            while (queue.isEmpty() && !closed) {
                available.await();
            }
            if (closed) {
                return Optional.empty();
            }
            K key = queue.poll();
            processing.add(key);
            dirty.remove(key);
            return Optional.of(key);
        } finally {
            lock.unlock();
        }
    }

    /** Says that the work on a key ended; if it was added meanwhile it becomes available again. */
    public void done(K key) {
        lock.lock();
        try {
            processing.remove(key);
            if (dirty.contains(key) && !closed) {
                queue.add(key);
                available.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Keys that wait now, not counting delayed ones. */
    public int depth() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /** Hands out nothing more and wakes every waiting worker. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            delayed.values().forEach(d -> d.timer().cancel());
            delayed.clear();
            available.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void release(K key, long due) {
        lock.lock();
        try {
            Delayed pending = delayed.get(key);
            if (pending != null && pending.dueNanos() == due) {
                delayed.remove(key);
            }
        } finally {
            lock.unlock();
        }
        add(key);
    }

    private static Duration backoff(int failed) {
        int doublings = Math.min(failed - 1, 30);
        Duration delay = BACKOFF_MIN.multipliedBy(1L << doublings);
        return delay.compareTo(BACKOFF_MAX) > 0 ? BACKOFF_MAX : delay;
    }
}
