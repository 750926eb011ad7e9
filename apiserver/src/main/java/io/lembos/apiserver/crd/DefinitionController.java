package io.lembos.apiserver.crd;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ListPage;
import io.lembos.apiserver.registry.ListRequest;
import io.lembos.apiserver.registry.ObjectDeleter;
import io.lembos.apiserver.registry.ObjectUpdater;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.registry.Selection;
import io.lembos.apiserver.registry.SyncLoop;
import io.lembos.apiserver.registry.WriteContext;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.store.StoreFollower;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Settles the names of new definitions and removes the objects of definitions that are being deleted, in the server's own
 * name. What it decides it writes into the status; nothing is remembered between two looks.
 *
 * <p>All definitions are looked at whenever one of them has changed, and again after a while where something takes its time,
 * by the one thread of a {@link SyncLoop}. Two servers on one store may both do this: each write is for the version that was
 * read, and both come to the same end.
 */
public final class DefinitionController implements AutoCloseable {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);
    private static final String FINALIZER = "customresourcecleanup.apiextensions.k8s.io";
    private static final WriteContext SELF = WriteContext.of(Identity.of("system:apiserver", Identity.MASTERS));

    private final Registry registry;
    private final StoredKinds stored;
    private final Kind definitions;
    private final Clock clock;
    private final SyncLoop loop;
    private final StoreFollower follower;

    private DefinitionController(Registry registry, StoredKinds stored, Store store, Clock clock) {
        this.registry = registry;
        this.stored = stored;
        this.definitions = registry.kinds()
                .byPlural("apiextensions.k8s.io", "v1", "customresourcedefinitions")
                .orElseThrow();
        this.clock = clock;
        this.loop = SyncLoop.start("definition-controller", clock, this::settleAll);
        this.follower = StoreFollower.start(store, StoredKinds.PREFIX, loop);
    }

    /** Starts to look after the definitions of a store. */
    public static DefinitionController start(Registry registry, StoredKinds stored, Store store, Clock clock) {
        return new DefinitionController(registry, stored, store, clock);
    }

    @Override
    public void close() {
        follower.close();
        loop.close();
    }

    /** Does what can be done now and tells when to go on with what takes its time. */
    private Optional<Duration> settleAll() {
        Map<String, Definition> all = new TreeMap<>();
        Set<String> names = new HashSet<>();
        ListPage page = registry.reader().list(Selection.of(definitions, "", "", ""), ListRequest.EVERYTHING);
        for (Entry entry : page.entries()) {
            names.add(entry.key().substring(StoredKinds.PREFIX.length()));
            Definition definition = stored.definition(entry);
            if (!definition.name().isEmpty()) {
                all.put(definition.name(), definition);
            }
        }
        stored.forgetOthers(names, page.revision());
        boolean waiting = false;
        for (String name : List.copyOf(all.keySet())) {
            Definition definition = all.get(name);
            if (definition.deleting()) {
                waiting |= cleanUp(definition);
            } else if (!definition.namesSettled()) {
                update(name, present -> settle(all, present));
                registry.reader()
                        .find(definitions, ObjectKey.cluster(name))
                        .ifPresent(now -> all.put(name, stored.definition(now)));
            }
        }
        return waiting ? Optional.of(LOOK_AGAIN) : Optional.empty();
    }

    private ObjectNode settle(Map<String, Definition> all, ObjectNode present) {
        String name = present.path("metadata").path("name").asText();
        String group = present.path("spec").path("group").asText();
        Set<Definition> others = new HashSet<>();
        all.forEach((n, other) -> {
            if (!n.equals(name) && other.group().equals(group)) {
                others.add(other);
            }
        });
        NameClaims.of(others).settle(present, clock.now());
        return present;
    }

    /** Deletes the objects of a definition, and lets it go when none is left. */
    private boolean cleanUp(Definition definition) {
        if (!definition.hasFinalizer(FINALIZER)) {
            return false;
        }
        boolean left = definition.established() && deleteObjects(definition);
        Instant now = clock.now();
        update(definition.name(), present -> {
            ArrayNode conditions = present.withObjectProperty("status").withArrayProperty("conditions");
            if (left) {
                String message = "CustomResource deletion is in progress";
                NameClaims.set(conditions, "Terminating", "True", "InstanceDeletionInProgress", message, now);
                return present;
            }
            NameClaims.set(
                    conditions, "Terminating", "False", "InstanceDeletionCompleted", "removed all instances", now);
            ObjectNode metadata = present.withObjectProperty("metadata");
            ArrayNode rest = metadata.arrayNode();
            metadata.path("finalizers").forEach(f -> {
                if (!f.asText().equals(FINALIZER)) {
                    rest.add(f);
                }
            });
            metadata.remove("finalizers");
            if (!rest.isEmpty()) {
                metadata.set("finalizers", rest);
            }
            return present;
        });
        return left;
    }

    /** Deletes what is there and tells whether some of it takes its time. */
    private boolean deleteObjects(Definition definition) {
        String plural = definition.acceptedNames().path("plural").asText();
        Kind kind = null;
        for (var version : definition.versions()) {
            String name = version.path("name").asText();
            if (kind == null || name.equals(definition.storageVersion())) {
                kind = registry.kinds()
                        .byPlural(definition.group(), name, plural)
                        .orElse(kind);
            }
        }
        if (kind == null) {
            return false;
        }
        boolean left = false;
        Selection selection = Selection.of(kind, "", "", "");
        for (Entry entry :
                registry.reader().list(selection, ListRequest.EVERYTHING).entries()) {
            var metadata = CanonicalJson.read(entry.bytes()).path("metadata");
            ObjectKey key = ObjectKey.of(
                    metadata.path("namespace").asText(""), metadata.path("name").asText());
            try {
                left |= metadata.has("deletionTimestamp")
                        || !registry.deleter()
                                .delete(kind, key, ObjectDeleter.Request.DEFAULT, SELF)
                                .removed();
            } catch (ApiError e) {
                if (!e.is(Reason.NotFound)) {
                    throw e;
                }
            }
        }
        return left;
    }

    private void update(String name, ObjectUpdater.Change change) {
        try {
            registry.updater().updateInternally(definitions, ObjectKey.cluster(name), change, SELF);
        } catch (ApiError e) {
            if (!e.is(Reason.NotFound)) {
                throw e;
            }
        }
    }
}
