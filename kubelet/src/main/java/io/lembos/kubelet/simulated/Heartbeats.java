package io.lembos.kubelet.simulated;

import io.lembos.api.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells, for each of any number of nodes, when its heartbeat is due: once per period, spread evenly over it. A wheel with
 * one timer, which is set for the next slot that holds a node; without nodes there is none.
 *
 * <p>Guarded by its monitor, also while the listener is told, which must only hand the name on.
 */
final class Heartbeats implements AutoCloseable {
    static final int SLOTS = 100;

    /** Leads through all slots far from each other, so that few nodes are spread as well. */
    private static final int STRIDE = 61;

    private final Clock clock;
    private final long tickNanos;
    private final Consumer<String> due;
    private final List<Set<String>> slots = new ArrayList<>();
    private final Map<String, Integer> slotOf = new HashMap<>();
    private Clock.Timer timer;
    private long done;
    private boolean closed;

    Heartbeats(Clock clock, Duration period, Consumer<String> due) {
        this.clock = clock;
        this.tickNanos = period.toNanos() / SLOTS;
        this.due = due;
        for (int i = 0; i < SLOTS; i++) {
            slots.add(new LinkedHashSet<>());
        }
    }

    /** The node beats from now on; false if it did so already. */
    synchronized boolean add(String name) {
        if (closed || slotOf.containsKey(name)) {
            return false;
        }
        int slot = emptiest();
        boolean wasEmpty = slots.get(slot).isEmpty();
        slots.get(slot).add(name);
        slotOf.put(name, slot);
        if (slotOf.size() == 1) {
            done = Math.floorDiv(clock.nanoTime(), tickNanos);
        }
        if (wasEmpty) {
            schedule();
        }
        return true;
    }

    synchronized void remove(String name) {
        Integer slot = slotOf.remove(name);
        if (slot != null) {
            slots.get(slot).remove(name);
            if (slots.get(slot).isEmpty()) {
                schedule();
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        slotOf.clear();
        schedule();
    }

    private int emptiest() {
        int best = 0;
        for (int i = 1; i < SLOTS; i++) {
            int slot = i * STRIDE % SLOTS;
            if (slots.get(slot).size() < slots.get(best).size()) {
                best = slot;
            }
        }
        return best;
    }

    private void schedule() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        if (slotOf.isEmpty()) {
            return;
        }
        long tick = done + 1;
        while (slots.get((int) Math.floorMod(tick, (long) SLOTS)).isEmpty()) {
            tick++;
        }
        long next = tick;
        long wait = Math.max(0, next * tickNanos - clock.nanoTime());
        timer = clock.after(Duration.ofNanos(wait), () -> beat(next));
    }

    private synchronized void beat(long tick) {
        if (closed || tick <= done) {
            return;
        }
        slots.get((int) Math.floorMod(tick, (long) SLOTS)).forEach(due);
        // Laps that the machine slept through are not made up for.
        done = Math.max(tick, Math.floorDiv(clock.nanoTime(), tickNanos) - SLOTS);
        schedule();
    }
}
