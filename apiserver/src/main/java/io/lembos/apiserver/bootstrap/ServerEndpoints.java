package io.lembos.apiserver.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.bootstrap.EndpointPlan.Place;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ListRequest;
import io.lembos.apiserver.registry.ObjectDeleter;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.registry.Selection;
import io.lembos.apiserver.registry.StorageKeys;
import io.lembos.apiserver.registry.SyncLoop;
import io.lembos.apiserver.registry.WriteContext;
import io.lembos.apiserver.store.Commit;
import io.lembos.apiserver.store.CommitResult;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Op;
import io.lembos.apiserver.store.Range;
import io.lembos.apiserver.store.RangeResult;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.store.StoreEvent;
import io.lembos.apiserver.store.StoreFollower;
import io.lembos.apiserver.store.StoreUnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this server among the endpoints of the service {@code kubernetes} for as long as it runs. Every server of a shared
 * store notes where it is under a key that the store forgets if the server does not come back to it, and each of them writes
 * what the notes say (kube-apiserver's lease endpoint reconciler). A store of its own needs no notes.
 *
 * <p>{@link #publish} and {@link #close} are called by one thread, in between the one of a {@link SyncLoop} works.
 */
public final class ServerEndpoints implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerEndpoints.class);
    private static final String NOTES = StorageKeys.ROOT + "masterleases/";
    private static final String NAMESPACE = "default";
    private static final Duration REFRESH = Duration.ofSeconds(10);
    private static final Duration NOTE_KEPT = Duration.ofSeconds(15);
    private static final WriteContext SELF = WriteContext.of(Identity.of("system:apiserver", Identity.MASTERS));

    private final Registry registry;
    private final Store store;
    private final Place own;
    private final Kind endpoints;
    private final Kind slices;
    private final Deque<Runnable> parts = new ArrayDeque<>();

    /**
     * @param ip that the server listens on
     * @param port that the server listens on
     */
    public ServerEndpoints(Registry registry, Store store, String ip, int port) {
        this.registry = registry;
        this.store = store;
        this.own = new Place(ip, port);
        this.endpoints = registry.kinds().byPlural("", "v1", "endpoints").orElseThrow();
        this.slices = registry.kinds()
                .byPlural("discovery.k8s.io", "v1", "endpointslices")
                .orElseThrow();
    }

    /** Returns when the server is listed, and goes on to see to it: now and then, and when somebody changes the list. */
    public void publish(Clock clock) {
        refresh();
        SyncLoop started = SyncLoop.start("server-endpoints", clock, () -> {
            refresh();
            return store.isShared() ? Optional.of(REFRESH) : Optional.empty();
        });
        parts.push(started::close);
        for (Kind kind : List.of(endpoints, slices)) {
            String prefix = StorageKeys.prefix(kind, NAMESPACE);
            StoreFollower follower =
                    StoreFollower.start(store, prefix, new Changes(prefix + EndpointPlan.SERVICE, started));
            parts.push(follower::close);
        }
    }

    /** Tells the loop of changes of what this writes. */
    private record Changes(String prefix, SyncLoop loop) implements StoreFollower.View {
        @Override
        public void replace(List<Entry> entries) {
            loop.raise();
        }

        @Override
        public void apply(StoreEvent.Change change) {
            if (change.entry().key().startsWith(prefix)) {
                loop.raise();
            }
        }
    }

    /** Takes the server off the list. */
    @Override
    public void close() {
        if (parts.isEmpty()) {
            return;
        }
        while (!parts.isEmpty()) {
            parts.pop().run();
        }
        try {
            if (store.isShared()) {
                commit(Op.delete(note()));
                write(notes());
            } else {
                write(List.of());
            }
        } catch (ApiError | StoreUnavailableException e) {
            LOG.warn("This server stays among the endpoints for a while: {}", e.getMessage());
        }
    }

    private void refresh() {
        if (!store.isShared()) {
            write(List.of(own));
            return;
        }
        ObjectNode value = new EndpointPlan(List.of(own)).endpoints();
        commit(Op.put(note(), CanonicalJson.write(value)).expiringAfter(NOTE_KEPT));
        write(notes());
    }

    private String note() {
        return NOTES + own.ip() + "-" + own.port();
    }

    private void commit(Op op) {
        switch (store.commit(Commit.of(op))) {
            case CommitResult.Committed committed -> LOG.trace("Noted at {}", committed.revision());
            case CommitResult.Conflict conflict -> throw new IllegalStateException("no condition was given");
            case CommitResult.Unknown unknown -> throw new StoreUnavailableException(String.valueOf(unknown.cause()));
            case CommitResult.Unavailable unavailable ->
                throw new StoreUnavailableException(String.valueOf(unavailable.cause()));
        }
    }

    private List<Place> notes() {
        List<Place> places = new ArrayList<>();
        RangeResult.Page page = (RangeResult.Page) store.range(Range.of(NOTES));
        for (Entry entry : page.entries()) {
            JsonNode subset = CanonicalJson.read(entry.bytes()).path("subsets").path(0);
            places.add(new Place(
                    subset.at("/addresses/0/ip").asText(),
                    subset.at("/ports/0/port").asInt()));
        }
        return places;
    }

    private void write(List<Place> places) {
        EndpointPlan plan = new EndpointPlan(places);
        put(endpoints, EndpointPlan.SERVICE, plan.endpoints());
        plan.slices().forEach((name, slice) -> put(slices, name, slice));
        deleteSlicesBut(plan.slices().keySet());
    }

    private void deleteSlicesBut(Set<String> names) {
        Selection ours = Selection.of(slices, NAMESPACE, EndpointPlan.SERVICE_LABEL + "=" + EndpointPlan.SERVICE, "");
        for (Entry entry : registry.reader().list(ours, ListRequest.EVERYTHING).entries()) {
            String name = CanonicalJson.read(entry.bytes()).at("/metadata/name").asText();
            if (!names.contains(name)) {
                tolerating(
                        Reason.NotFound,
                        () -> registry.deleter()
                                .delete(slices, ObjectKey.of(NAMESPACE, name), ObjectDeleter.Request.DEFAULT, SELF));
            }
        }
    }

    private void put(Kind kind, String name, ObjectNode wanted) {
        ObjectKey key = ObjectKey.of(NAMESPACE, name);
        Optional<Entry> present = registry.reader().find(kind, key);
        if (present.isEmpty()) {
            // Another server may have been faster; what it wrote is looked at next time.
            tolerating(Reason.AlreadyExists, () -> registry.creator().create(kind, NAMESPACE, wanted, SELF));
            return;
        }
        ObjectNode seen = CanonicalJson.read(present.get().bytes());
        if (!laidOver(seen.deepCopy(), wanted).equals(seen)) {
            registry.updater().update(kind, key, "", object -> laidOver(object, wanted), SELF);
        }
    }

    /** The present object with the labels and content that are wanted. */
    private static ObjectNode laidOver(ObjectNode object, ObjectNode wanted) {
        object.withObjectProperty("metadata").set("labels", wanted.at("/metadata/labels"));
        object.remove("subsets");
        wanted.properties().stream()
                .filter(field -> !field.getKey().equals("metadata"))
                .forEach(field -> object.set(field.getKey(), field.getValue().deepCopy()));
        return object;
    }

    private static void tolerating(Reason reason, Runnable write) {
        try {
            write.run();
        } catch (ApiError e) {
            if (!e.is(reason)) {
                throw e;
            }
        }
    }
}
