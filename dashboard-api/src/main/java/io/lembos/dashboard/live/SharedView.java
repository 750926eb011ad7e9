package io.lembos.dashboard.live;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ResourceType;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import io.lembos.dashboard.rows.NamespaceRows;
import io.lembos.dashboard.rows.NodeRows;
import io.lembos.dashboard.rows.PodRows;
import io.lembos.dashboard.rows.Row;
import io.lembos.dashboard.rows.Table;
import io.lembos.dashboard.rows.WorkloadRows;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What one identity sees: one informer per resource and the rows made of them, shared by all its connections.
 *
 * <p>Rows, states and readers are guarded by the monitor of this object; informers write, connections join and leave. A
 * reader is offered every present row when it joins and every change after that, so none is lost or doubled. Offering
 * only notes the change in the reader ({@link LiveView}) and never waits for a network. A change that shows nothing new
 * (a heartbeat) goes no further. Memory: one row per object.
 */
final class SharedView implements RowSink, AutoCloseable {
    private final Client client;
    private final Clock clock;
    private final Map<Table, Map<String, Row>> rows = new EnumMap<>(Table.class);
    private final Map<Table, Map<String, SourceState>> sources = new EnumMap<>(Table.class);
    private final Map<Table, TableState> states = new EnumMap<>(Table.class);
    private final Set<LiveView> readers = new LinkedHashSet<>();
    private final List<Informer<?>> informers = new ArrayList<>();
    private boolean closed;

    SharedView(Client client, Clock clock) {
        this.client = client;
        this.clock = clock;
        for (Table table : Table.values()) {
            rows.put(table, new HashMap<>());
            sources.put(table, new LinkedHashMap<>());
            states.put(table, TableState.LOADING);
        }
    }

    /** Begins to read; called once. */
    SharedView start() {
        follow(Resources.NODES, Table.NODES, NodeRows::of);
        follow(Resources.NAMESPACES, Table.NAMESPACES, NamespaceRows::of);
        follow(Resources.PODS, Table.PODS, PodRows::of);
        follow(
                Resources.DEPLOYMENTS,
                Set.of(Table.WORKLOADS),
                new Projection<Deployment>(this, d -> Table.WORKLOADS, WorkloadRows::of));
        follow(
                Resources.REPLICA_SETS,
                Set.of(Table.WORKLOADS, Table.REPLICASETS),
                new Projection<ReplicaSet>(this, WorkloadRows::tableOf, WorkloadRows::of));
        followEvents();
        informers.forEach(Informer::start);
        return this;
    }

    synchronized void join(LiveView reader) {
        readers.add(reader);
        states.forEach(reader::offerState);
        rows.forEach((table, byUid) -> byUid.values().forEach(row -> reader.offerRow(table, null, row)));
    }

    synchronized void leave(LiveView reader) {
        readers.remove(reader);
    }

    synchronized boolean isEmpty() {
        return readers.isEmpty();
    }

    @Override
    public synchronized void put(Table table, Row row) {
        Row before = rows.get(table).put(row.uid(), row);
        if (!closed && !row.showsSameAs(before)) {
            readers.forEach(reader -> reader.offerRow(table, before, row));
        }
    }

    @Override
    public synchronized void remove(Table table, String uid) {
        Row before = rows.get(table).remove(uid);
        if (!closed && before != null) {
            readers.forEach(reader -> reader.offerRow(table, before, null));
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        informers.forEach(Informer::close);
    }

    private <T extends HasMetadata> void follow(ResourceType<T> type, Table table, Function<T, Row> row) {
        follow(type, Set.of(table), new Projection<>(this, object -> table, row));
    }

    private <T extends HasMetadata> void follow(ResourceType<T> type, Set<Table> tables, Handler<T> handler) {
        informers.add(informer(type, tables).addHandler(handler));
    }

    private void followEvents() {
        Informer<Event> events = informer(Resources.EVENTS, Set.of(Table.EVENTS));
        informers.add(events.addHandler(new LatestEvents(this, events::list)));
    }

    private <T extends HasMetadata> Informer<T> informer(ResourceType<T> type, Set<Table> tables) {
        String resource = type.groupResource();
        tables.forEach(table -> sources.get(table).put(resource, SourceState.LOADING));
        Client reporting = new ReportingClient(client, type, clock, state -> onSource(resource, tables, state));
        return new Informer<>(reporting, type, ListOptions.ALL, clock);
    }

    private synchronized void onSource(String resource, Set<Table> tables, SourceState state) {
        for (Table table : tables) {
            Map<String, SourceState> all = sources.get(table);
            all.put(resource, state);
            boolean loaded = all.values().stream().allMatch(SourceState::loaded);
            List<Notice> notices = all.values().stream()
                    .map(SourceState::notice)
                    .flatMap(Optional::stream)
                    .toList();
            TableState now = new TableState(loaded, notices);
            if (!closed && !now.equals(states.put(table, now))) {
                readers.forEach(reader -> reader.offerState(table, now));
            }
        }
    }
}
