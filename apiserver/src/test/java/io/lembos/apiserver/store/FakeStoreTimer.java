package io.lembos.apiserver.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Time that a test pushes; due tasks run on the thread that pushes. */
public final class FakeStoreTimer implements StoreTimer {
    private final List<Planned> planned = new ArrayList<>();
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");

    private record Planned(Instant at, Runnable task) {}

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public Wakeup schedule(Instant at, Runnable task) {
        Planned entry = new Planned(at, task);
        boolean due;
        synchronized (this) {
            due = !at.isAfter(now);
            if (!due) {
                planned.add(entry);
            }
        }
        if (due) {
            task.run();
        }
        return () -> {
            synchronized (this) {
                planned.remove(entry);
            }
        };
    }

    public void advance(Duration duration) {
        List<Planned> due;
        synchronized (this) {
            now = now.plus(duration);
            due = planned.stream().filter(entry -> !entry.at().isAfter(now)).toList();
            planned.removeAll(due);
        }
        due.forEach(entry -> entry.task().run());
    }

    @Override
    public synchronized void close() {
        planned.clear();
    }
}
