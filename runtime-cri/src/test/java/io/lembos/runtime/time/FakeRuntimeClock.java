package io.lembos.runtime.time;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Stands still until moved; tasks run on the thread that moves it. */
public final class FakeRuntimeClock implements RuntimeClock {

    private record Task(Instant at, Runnable action) {}

    private final PriorityQueue<Task> tasks = new PriorityQueue<>(Comparator.comparing(Task::at));
    private Instant now = Instant.parse("2026-01-02T03:04:05Z");

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized Runnable after(Duration delay, Runnable action) {
        Task task = new Task(now.plus(delay), action);
        tasks.add(task);
        return () -> cancel(task);
    }

    private synchronized void cancel(Task task) {
        tasks.remove(task);
    }

    public void advance(Duration duration) {
        Instant end = now().plus(duration);
        for (Task task = next(end); task != null; task = next(end)) {
            task.action().run();
        }
    }

    private synchronized Task next(Instant end) {
        Task task = tasks.peek();
        now = task != null && !task.at().isAfter(end) ? task.at() : end;
        return task != null && !task.at().isAfter(end) ? tasks.poll() : null;
    }
}
