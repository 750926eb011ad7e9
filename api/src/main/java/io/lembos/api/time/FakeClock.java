package io.lembos.api.time;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/**
 * A clock that stands still until {@link #advance} moves it; tasks that fall due run on the advancing thread, in order
 * of their time and then of their registration.
 *
 * <p>State is guarded by the monitor of this object; tasks run outside it.
 */
public final class FakeClock implements Clock {
    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private Instant now;
    private long sequence;

    private record Task(Instant due, long sequence, Runnable action) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            int byTime = due.compareTo(other.due);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    public FakeClock(Instant start) {
        now = start;
    }

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized long nanoTime() {
        return Math.addExact(Math.multiplyExact(now.getEpochSecond(), 1_000_000_000L), now.getNano());
    }

    @Override
    public synchronized Timer after(Duration delay, Runnable action) {
        Task task = new Task(now.plus(delay), sequence++, action);
        tasks.add(task);
        return () -> {
            synchronized (this) {
                tasks.remove(task);
            }
        };
    }

    /** Moves time on and runs every task that falls due on the way, each at its own moment. */
    public void advance(Duration by) {
        Instant target = now().plus(by);
        for (Task task = next(target); task != null; task = next(target)) {
            task.action().run();
        }
        synchronized (this) {
            now = target;
        }
    }

    /** How many tasks wait. */
    public synchronized int pending() {
        return tasks.size();
    }

    private synchronized Task next(Instant target) {
        Task head = tasks.peek();
        if (head == null || head.due().isAfter(target)) {
            return null;
        }
        tasks.poll();
        if (head.due().isAfter(now)) {
            now = head.due();
        }
        return head;
    }
}
