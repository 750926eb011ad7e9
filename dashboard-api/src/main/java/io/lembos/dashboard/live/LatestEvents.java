package io.lembos.dashboard.live;

import io.fabric8.kubernetes.api.model.Event;
import io.lembos.api.informer.Handler;
import io.lembos.dashboard.rows.EventRows;
import io.lembos.dashboard.rows.Table;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The newest {@link #EVENTS_MAX} events as rows. A newer event pushes out the oldest; when one is deleted, the next
 * older one comes back from the informer's cache.
 *
 * <p>Guarded by the monitor of this object.
 */
final class LatestEvents implements Handler<Event> {
    static final int EVENTS_MAX = 200;

    private record Shown(String lastSeen, String uid) {}

    private final RowSink sink;
    private final Supplier<? extends Collection<Event>> all;
    private final TreeSet<Shown> shown =
            new TreeSet<>(Comparator.comparing(Shown::lastSeen).thenComparing(Shown::uid));
    private final Map<String, Shown> byUid = new HashMap<>();

    LatestEvents(RowSink sink, Supplier<? extends Collection<Event>> all) {
        this.sink = sink;
        this.all = all;
    }

    @Override
    public synchronized void onAdd(Event event) {
        Shown now = new Shown(EventRows.lastSeen(event), event.getMetadata().getUid());
        forget(now.uid());
        if (shown.size() >= EVENTS_MAX && shown.comparator().compare(now, shown.first()) < 0) {
            sink.remove(Table.EVENTS, now.uid());
            return;
        }
        shown.add(now);
        byUid.put(now.uid(), now);
        sink.put(Table.EVENTS, EventRows.of(event));
        if (shown.size() > EVENTS_MAX) {
            String oldest = shown.first().uid();
            forget(oldest);
            sink.remove(Table.EVENTS, oldest);
        }
    }

    @Override
    public void onUpdate(Event before, Event after) {
        onAdd(after);
    }

    @Override
    public synchronized void onDelete(Event last) {
        boolean wasFull = shown.size() == EVENTS_MAX;
        if (forget(last.getMetadata().getUid())) {
            sink.remove(Table.EVENTS, last.getMetadata().getUid());
            if (wasFull) {
                refill();
            }
        }
    }

    private void refill() {
        Comparator<Event> byTime = Comparator.comparing(EventRows::lastSeen);
        List<Event> next =
                all.get().stream()
                        .filter(e -> !byUid.containsKey(e.getMetadata().getUid()))
                        .max(byTime)
                        .stream()
                        .toList();
        next.forEach(this::onAdd);
    }

    private boolean forget(String uid) {
        Shown known = byUid.remove(uid);
        return known != null && shown.remove(known);
    }
}
