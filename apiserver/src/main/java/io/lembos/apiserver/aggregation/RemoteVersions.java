package io.lembos.apiserver.aggregation;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.StorageKeys;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.store.StoreEvent;
import io.lembos.apiserver.store.StoreFollower;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What other servers answer for, as of the last change that the store has told, and which resources each of them named when
 * it was last asked. Reads take no lock: {@code table} is immutable and replaced as a whole, under this object's monitor.
 */
public final class RemoteVersions implements AutoCloseable {
    private volatile Table table = Table.EMPTY;
    private final StoreFollower follower;
    private volatile Runnable onChange = () -> {};

    /**
     * One moment. The same instance as long as nothing has changed.
     *
     * @param versions by group priority, then by name of the group, then by version priority
     * @param resources by APIService: its {@code APIResourceList}
     */
    public record Table(List<RemoteVersion> versions, Map<String, JsonNode> resources) {
        public static final Table EMPTY = new Table(List.of(), Map.of());
    }

    private RemoteVersions(Store store, Kind apiServices) {
        follower = StoreFollower.start(store, StorageKeys.prefix(apiServices, ""), new View());
    }

    /** Complete when it returns. */
    public static RemoteVersions follow(Store store, Kind apiServices) {
        return new RemoteVersions(store, apiServices);
    }

    public Table table() {
        return table;
    }

    /** Who answers for a group's version; empty when this server does. */
    public Optional<RemoteVersion> find(String group, String version) {
        for (RemoteVersion remote : table.versions()) {
            if (remote.version().equals(version) && remote.group().equals(group)) {
                return Optional.of(remote);
            }
        }
        return Optional.empty();
    }

    /** Runs after each change of what is registered, on the store's thread. */
    void onChange(Runnable action) {
        onChange = action;
    }

    /** Notes which resources a server has named. */
    synchronized void note(String apiService, JsonNode resources) {
        if (!resources.equals(table.resources().get(apiService))) {
            Map<String, JsonNode> changed = new TreeMap<>(table.resources());
            changed.put(apiService, resources);
            table = new Table(table.versions(), Map.copyOf(changed));
        }
    }

    @Override
    public void close() {
        follower.close();
    }

    private synchronized void set(Collection<RemoteVersion> versions) {
        List<RemoteVersion> sorted = new ArrayList<>(versions);
        sorted.sort(Comparator.comparingInt((RemoteVersion v) -> -v.groupPriority())
                .thenComparing(RemoteVersion::group)
                .thenComparingInt(v -> -v.versionPriority())
                .thenComparing(RemoteVersion::version));
        if (!sorted.equals(table.versions())) {
            Map<String, JsonNode> kept = new TreeMap<>(table.resources());
            kept.keySet().retainAll(sorted.stream().map(RemoteVersion::name).toList());
            table = new Table(List.copyOf(sorted), Map.copyOf(kept));
        }
    }

    private final class View implements StoreFollower.View {
        private final Map<String, RemoteVersion> byKey = new TreeMap<>();

        @Override
        public void replace(List<Entry> entries) {
            byKey.clear();
            entries.forEach(this::put);
            tell();
        }

        @Override
        public void apply(StoreEvent.Change change) {
            byKey.remove(change.entry().key());
            if (!(change instanceof StoreEvent.Deleted)) {
                put(change.entry());
            }
            tell();
        }

        private void put(Entry entry) {
            RemoteVersion.of(CanonicalJson.read(entry.bytes())).ifPresent(remote -> byKey.put(entry.key(), remote));
        }

        private void tell() {
            set(byKey.values());
            onChange.run();
        }
    }
}
