package io.lembos.dashboard;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.client.ListOptions;
import io.lembos.api.client.Listing;
import io.lembos.api.client.Patch;
import io.lembos.api.client.WatchEvent;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.PartialObjectMetadata;
import io.lembos.api.meta.ResourceType;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.MultiEmitter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A cluster in memory for tests: objects, revisions, watches without gaps, and refusals per user and resource. A change
 * has reached every watcher when the call that makes it returns. Guarded by the monitor of this object.
 */
public final class FakeCluster {
    private record Logged(long revision, ResourceType<?> type, WatchEvent<HasMetadata> event) {}

    private record Watcher(ResourceType<?> type, MultiEmitter<? super WatchEvent<HasMetadata>> emitter) {}

    private final Map<ResourceType<?>, TreeMap<ObjectKey, HasMetadata>> objects = new HashMap<>();
    private final List<Logged> log = new ArrayList<>();
    private final List<Watcher> watchers = new ArrayList<>();
    private final Set<String> refused = new HashSet<>();
    private long revision = 1;

    public Client client(Identity identity) {
        return new FakeClient(identity);
    }

    /** Stores a fresh object; gives it a revision, and uid and creation time if it has none. */
    public synchronized <T extends HasMetadata> T put(ResourceType<T> type, T object) {
        var meta = object.getMetadata();
        var stored = objects.computeIfAbsent(type, t -> new TreeMap<>());
        HasMetadata before = stored.get(ObjectKey.of(object));
        meta.setResourceVersion(String.valueOf(++revision));
        if (meta.getUid() == null) {
            meta.setUid(before != null ? before.getMetadata().getUid() : "uid-" + revision);
        }
        if (meta.getCreationTimestamp() == null) {
            meta.setCreationTimestamp("2026-01-02T03:04:05Z");
        }
        stored.put(ObjectKey.of(object), object);
        tell(type, before == null ? new WatchEvent.Added<>(object) : new WatchEvent.Modified<>(object));
        return object;
    }

    public synchronized <T extends HasMetadata> void remove(ResourceType<T> type, String namespace, String name) {
        HasMetadata gone = objects.get(type).remove(ObjectKey.of(namespace, name));
        revision++;
        tell(type, new WatchEvent.Deleted<>(gone));
    }

    public synchronized void refuse(String user, ResourceType<?> type) {
        refused.add(user + " " + type.plural());
    }

    public synchronized void allow(String user, ResourceType<?> type) {
        refused.remove(user + " " + type.plural());
    }

    public synchronized int watches() {
        return watchers.size();
    }

    private void tell(ResourceType<?> type, WatchEvent<HasMetadata> event) {
        log.add(new Logged(revision, type, event));
        List.copyOf(watchers).stream()
                .filter(w -> w.type().equals(type))
                .forEach(w -> w.emitter().emit(event));
    }

    private synchronized void check(Identity identity, String verb, ResourceType<?> type) {
        if (refused.contains(identity.user() + " " + type.plural())) {
            String why = "User \"" + identity.user() + "\" cannot " + verb + " resource \"" + type.plural()
                    + "\" in API group \"" + type.group() + "\" at the cluster scope";
            throw ApiError.forbidden(type.group(), type.plural(), "", why);
        }
    }

    private synchronized <T extends HasMetadata> Listing<T> listing(ResourceType<T> type) {
        List<T> items = objects.getOrDefault(type, new TreeMap<>()).values().stream()
                .map(type.type()::cast)
                .toList();
        return new Listing<>(String.valueOf(revision), items);
    }

    private synchronized void subscribe(Watcher watcher, long from) {
        log.stream()
                .filter(l -> l.revision() > from && l.type().equals(watcher.type()))
                .forEach(l -> watcher.emitter().emit(l.event()));
        watchers.add(watcher);
        watcher.emitter().onTermination(() -> unsubscribe(watcher));
    }

    private synchronized void unsubscribe(Watcher watcher) {
        watchers.remove(watcher);
    }

    private final class FakeClient implements Client {
        private final Identity identity;

        FakeClient(Identity identity) {
            this.identity = identity;
        }

        @Override
        public <T extends HasMetadata> Listing<T> list(ResourceType<T> type, ListOptions options) {
            check(identity, "list", type);
            return listing(type);
        }

        @Override
        @SuppressWarnings("unchecked")
        public <T extends HasMetadata> Multi<WatchEvent<T>> watch(ResourceType<T> type, ListOptions options) {
            check(identity, "watch", type);
            Multi<WatchEvent<HasMetadata>> events = Multi.createFrom()
                    .emitter(emitter ->
                            subscribe(new Watcher(type, emitter), Long.parseLong(options.resourceVersion())));
            return events.map(event -> (WatchEvent<T>) (WatchEvent<?>) event);
        }

        @Override
        public <T extends HasMetadata> Optional<T> get(ResourceType<T> type, ObjectKey key) {
            throw notNeeded();
        }

        @Override
        public <T extends HasMetadata> T create(ResourceType<T> type, T object) {
            throw notNeeded();
        }

        @Override
        public <T extends HasMetadata> T update(ResourceType<T> type, T object) {
            throw notNeeded();
        }

        @Override
        public <T extends HasMetadata> T updateSubresource(ResourceType<T> type, T object, String subresource) {
            throw notNeeded();
        }

        @Override
        public <T extends HasMetadata> T patch(ResourceType<T> type, ObjectKey key, Patch patch, String subresource) {
            throw notNeeded();
        }

        @Override
        public <T extends HasMetadata> void delete(ResourceType<T> type, ObjectKey key, DeleteOptions options) {
            throw notNeeded();
        }

        @Override
        public <T extends HasMetadata, B> B createSubresource(
                ResourceType<T> type, ObjectKey key, String subresource, B body) {
            throw notNeeded();
        }

        @Override
        public List<ResourceType<PartialObjectMetadata>> resources() {
            throw notNeeded();
        }

        private static ApiError notNeeded() {
            return ApiError.of(Reason.MethodNotAllowed, "the dashboard must not do this");
        }
    }
}
