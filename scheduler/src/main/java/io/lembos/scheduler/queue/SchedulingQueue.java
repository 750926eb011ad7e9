package io.lembos.scheduler.queue;

import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import io.lembos.scheduler.cache.PodInfo;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Pods that wait for a node: <em>active</em> ones (highest priority first, then longest waiting), ones in
 * <em>back-off</em> after a failed attempt (1 s, doubled up to 10 s), and <em>unschedulable</em> ones, which wait until
 * something happens that might help them. Bounded by the pods of the cluster.
 *
 * <p>A change that comes while a pod is being decided is remembered ({@code moves}), so that a pod found unschedulable on
 * an old snapshot is tried again and never sleeps through the change that would have helped it.
 *
 * <p>All state is guarded by {@code lock}.
 */
public final class SchedulingQueue {
    private static final Duration BACKOFF_MIN = Duration.ofSeconds(1);
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(10);

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition available = lock.newCondition();
    private final TreeSet<Waiting> active = new TreeSet<>();
    private final Map<ObjectKey, Waiting> waiting = new HashMap<>();
    private long sequence;
    private long moves;
    private boolean closed;

    private enum Where {
        ACTIVE,
        BACKOFF,
        UNSCHEDULABLE,
        IN_FLIGHT
    }

    private record Waiting(PodInfo pod, Where where, int attempts, long sequence, long readyNanos)
            implements Comparable<Waiting> {
        @Override
        public int compareTo(Waiting other) {
            int byPriority = Integer.compare(other.pod.priority(), pod.priority());
            return byPriority != 0 ? byPriority : Long.compare(sequence, other.sequence);
        }

        Waiting at(Where place) {
            return new Waiting(pod, place, attempts, sequence, readyNanos);
        }
    }

    /**
     * A pod taken for a decision.
     *
     * @param attempt 1 for the first
     * @param moves what must be given back to {@link SchedulingQueue#unschedulable}
     */
    public record Taken(PodInfo pod, int attempt, long moves) {}

    public SchedulingQueue(Clock clock) {
        this.clock = clock;
    }

    /** Adds a new pod, or takes over a newer state of one that waits. */
    public void put(PodInfo pod) {
        lock.lock();
        try {
            Waiting present = waiting.get(pod.key());
            if (present != null && present.pod().uid().equals(pod.uid())) {
                replace(new Waiting(
                        pod, present.where(), present.attempts(), present.sequence(), present.readyNanos()));
            } else {
                replace(new Waiting(pod, Where.ACTIVE, 0, sequence++, 0));
            }
        } finally {
            lock.unlock();
        }
    }

    public void remove(ObjectKey key) {
        lock.lock();
        try {
            Waiting present = waiting.remove(key);
            if (present != null) {
                active.remove(present);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next pod; empty once closed. */
    public Optional<Taken> take() throws InterruptedException {
        lock.lock();
        try {
            while (active.isEmpty() && !closed) {
                available.await();
            }
            if (closed) {
                return Optional.empty();
            }
            Waiting next = active.pollFirst();
            Waiting inFlight =
                    new Waiting(next.pod(), Where.IN_FLIGHT, next.attempts() + 1, next.sequence(), next.readyNanos());
            waiting.put(next.pod().key(), inFlight);
            return Optional.of(new Taken(next.pod(), inFlight.attempts(), moves));
        } finally {
            lock.unlock();
        }
    }

    /** Gives back a pod that no node can take; it waits for a change, or for its back-off if one came meanwhile. */
    public void unschedulable(Taken taken) {
        giveBack(taken, moves -> moves != taken.moves());
    }

    /** Gives back a pod whose attempt failed for a reason that lies not in the pod; it is tried again after its back-off. */
    public void failed(Taken taken) {
        giveBack(taken, moves -> true);
    }

    /** The pod is decided and bound: forget it. */
    public void done(Taken taken) {
        lock.lock();
        try {
            Waiting present = waiting.get(taken.pod().key());
            if (present != null && present.where() == Where.IN_FLIGHT) {
                waiting.remove(taken.pod().key());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Something changed that may help: unschedulable pods are tried again, at once or when their back-off ends. */
    public void moveAll() {
        lock.lock();
        try {
            moves++;
            for (Waiting each : new java.util.ArrayList<>(waiting.values())) {
                if (each.where() == Where.UNSCHEDULABLE) {
                    retry(each);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Pods that wait now, in whichever state. */
    public int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Pods that could be taken now. */
    public int ready() {
        lock.lock();
        try {
            return active.size();
        } finally {
            lock.unlock();
        }
    }

    public void close() {
        lock.lock();
        try {
            closed = true;
            available.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(Taken taken, java.util.function.LongPredicate retryNow) {
        lock.lock();
        try {
            Waiting present = waiting.get(taken.pod().key());
            if (present == null || present.where() != Where.IN_FLIGHT) {
                return;
            }
            long ready = clock.nanoTime() + backoff(present.attempts()).toNanos();
            Waiting back =
                    new Waiting(present.pod(), Where.UNSCHEDULABLE, present.attempts(), present.sequence(), ready);
            replace(back);
            if (retryNow.test(moves)) {
                retry(back);
            }
        } finally {
            lock.unlock();
        }
    }

    private void retry(Waiting pod) {
        long left = pod.readyNanos() - clock.nanoTime();
        if (left <= 0) {
            replace(pod.at(Where.ACTIVE));
            return;
        }
        replace(pod.at(Where.BACKOFF));
        clock.after(Duration.ofNanos(left), () -> endBackoff(pod.pod().key()));
    }

    private void endBackoff(ObjectKey key) {
        lock.lock();
        try {
            Waiting present = waiting.get(key);
            if (present != null && present.where() == Where.BACKOFF && present.readyNanos() <= clock.nanoTime()) {
                replace(present.at(Where.ACTIVE));
            }
        } finally {
            lock.unlock();
        }
    }

    private void replace(Waiting next) {
        Waiting before = waiting.put(next.pod().key(), next);
        if (before != null) {
            active.remove(before);
        }
        if (next.where() == Where.ACTIVE) {
            active.add(next);
            available.signal();
        }
    }

    private static Duration backoff(int attempts) {
        Duration delay = BACKOFF_MIN.multipliedBy(1L << Math.min(Math.max(attempts - 1, 0), 10));
        return delay.compareTo(BACKOFF_MAX) > 0 ? BACKOFF_MAX : delay;
    }
}
