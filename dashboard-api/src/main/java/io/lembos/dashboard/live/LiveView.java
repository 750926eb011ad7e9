package io.lembos.dashboard.live;

import io.lembos.api.time.Clock;
import io.lembos.dashboard.rows.Row;
import io.lembos.dashboard.rows.Table;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One reader of the tables: a snapshot, then deltas, at most one message every {@link #COALESCE}.
 *
 * <p>Promise: after the last message the reader's tables equal the caller's view of the cluster. States in between may be
 * left out: changes are kept per row, last one wins ({@link PendingRows}). While the reader is slow ({@link
 * Outlet#isWritable} is false) nothing is sent and changes go on coalescing, so its memory is bounded by the number of
 * objects and it is never cut off for being slow. A message carries at most {@link #CHANGES_MAX} changes; the rest
 * follows in the next.
 *
 * <p>Pending changes are guarded by the monitor of this object. One flush at a time: {@code flushing} is true from the
 * moment a flush is planned until its message is sent, so messages keep their order although they are encoded outside
 * the lock.
 */
public final class LiveView implements AutoCloseable {
    static final Duration COALESCE = Duration.ofMillis(100);
    static final int CHANGES_MAX = 2_000;

    private final Outlet outlet;
    private final Clock clock;
    private final Runnable onClose;
    private final Map<Table, PendingRows> pending = new EnumMap<>(Table.class);
    private final Map<Table, TableState> pendingStates = new EnumMap<>(Table.class);
    private boolean snapshotSent;
    private boolean flushing;
    private boolean closed;
    private Optional<Long> lastFlushNanos = Optional.empty();

    LiveView(Set<Table> tables, Outlet outlet, Clock clock, java.util.function.Consumer<LiveView> onClose) {
        this.outlet = outlet;
        this.clock = clock;
        this.onClose = () -> onClose.accept(this);
        tables.forEach(table -> pending.put(table, new PendingRows()));
    }

    /** Notes that a row changed; tables that this reader did not ask for are passed over. */
    synchronized void offerRow(Table table, Row before, Row after) {
        PendingRows rows = pending.get(table);
        if (rows != null && !closed) {
            rows.note(before, after);
            plan();
        }
    }

    synchronized void offerState(Table table, TableState state) {
        if (pending.containsKey(table) && !closed) {
            pendingStates.put(table, state);
            plan();
        }
    }

    /** The outlet takes messages again. */
    public synchronized void onDrain() {
        plan();
    }

    /** Stops the stream and lets go of the shared informers; safe to call twice. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            pending.clear();
            pendingStates.clear();
        }
        onClose.run();
    }

    synchronized int pendingChanges() {
        return pending.values().stream().mapToInt(PendingRows::size).sum();
    }

    private void plan() {
        if (flushing || closed || isIdle() || !outlet.isWritable()) {
            return;
        }
        flushing = true;
        long since = lastFlushNanos.map(last -> clock.nanoTime() - last).orElse(0L);
        Duration wait = COALESCE.minusNanos(since);
        clock.after(wait.isNegative() ? Duration.ZERO : wait, this::flush);
    }

    private boolean isIdle() {
        return pendingStates.isEmpty() && pendingChanges() == 0;
    }

    private void flush() {
        Optional<String> message = takeMessage();
        message.ifPresent(outlet::send);
        synchronized (this) {
            flushing = false;
            plan();
        }
    }

    private synchronized Optional<String> takeMessage() {
        boolean nothingLeft = snapshotSent && isIdle();
        if (closed || nothingLeft || !outlet.isWritable()) {
            return Optional.empty();
        }
        lastFlushNanos = Optional.of(clock.nanoTime());
        Message message = new Message(!snapshotSent, clock.now());
        snapshotSent = true;
        pendingStates.forEach(message::state);
        pendingStates.clear();
        int room = CHANGES_MAX;
        for (Map.Entry<Table, PendingRows> entry : pending.entrySet()) {
            Map<String, PendingRows.Change> changes = entry.getValue().take(room);
            message.changes(entry.getKey(), changes);
            room -= changes.size();
        }
        return Optional.of(message.json(pendingChanges() > 0));
    }
}
