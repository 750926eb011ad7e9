package io.lembos.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.apply.FieldManager;
import io.lembos.apiserver.apply.Manager;
import io.lembos.apiserver.apply.Managers;
import io.lembos.apiserver.kinds.Accompanied;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.store.CommitResult;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Op;
import java.util.List;
import java.util.Optional;

/**
 * Changes objects of any kind: read, change, check, store if nobody else was faster, else again from the start; a change
 * that was made for one particular version is not tried again but refused. Stateless.
 */
public final class ObjectUpdater {
    private static final int TRIES_MAX = 100;
    private static final ResourceVersions VERSIONS = new ResourceVersions();

    private final ObjectReader reader;
    private final Commits commits;
    private final ObjectRules rules;
    private final FieldManager fields;
    private final Clock clock;

    ObjectUpdater(ObjectReader reader, Commits commits, ObjectRules rules, FieldManager fields, Clock clock) {
        this.reader = reader;
        this.commits = commits;
        this.rules = rules;
        this.fields = fields;
        this.clock = clock;
    }

    /** Makes the new state of an object from a copy of the present one; may be called several times. */
    @FunctionalInterface
    public interface Change {
        ObjectNode apply(ObjectNode present);
    }

    /**
     * What is stored now; nothing of it may be changed.
     *
     * @param object without its managed fields
     * @param managedFields as they stand there, null for none
     * @param owners the same, understood
     */
    record Present(ObjectNode object, JsonNode managedFields, Managers owners) {
        static Present of(Entry entry) {
            ObjectNode object = CanonicalJson.read(entry.bytes());
            JsonNode managedFields = FieldManager.take(object);
            return new Present(object, managedFields, FieldManager.stored(managedFields));
        }

        /** A copy as clients see it. */
        ObjectNode whole() {
            ObjectNode copy = object.deepCopy();
            if (managedFields != null) {
                metadata(copy).set("managedFields", managedFields.deepCopy());
            }
            return copy;
        }
    }

    /** Makes the new state of an object and says who owns its fields. */
    @FunctionalInterface
    interface Proposal {
        FieldManager.Applied make(Present present);
    }

    /** The object itself, or with {@code subresource} the part of it that the subresource stands for. */
    public Entry update(Kind kind, ObjectKey key, String subresource, Change change, WriteContext context) {
        Manager manager = new Manager(context.manager(), subresource);
        return propose(
                kind,
                key,
                subresource,
                present -> changed(kind, present, change.apply(present.whole()), manager),
                context);
    }

    private FieldManager.Applied changed(Kind kind, Present present, ObjectNode updated, Manager manager) {
        metadata(updated);
        JsonNode sent = FieldManager.take(updated);
        rules.applyDefaults(kind, updated);
        JsonNode news = sent == null || sent.equals(present.managedFields()) ? null : sent;
        Managers after = fields.updated(kind, present.object(), present.owners(), updated, news, manager, clock.now());
        return new FieldManager.Applied(updated, after);
    }

    /** As {@link #update(Kind, ObjectKey, String, Change, WriteContext)}, for one who knows the owners already. */
    Entry propose(Kind kind, ObjectKey key, String subresource, Proposal proposal, WriteContext context) {
        ObjectRules.Part part = switch (subresource) {
            case "", "scale" -> ObjectRules.Part.OBJECT;
            case "status" -> ObjectRules.Part.STATUS;
            default -> ObjectRules.Part.SUBRESOURCE;
        };
        return update(kind, key, part, subresource, proposal, context);
    }

    /** A new state that a client made; one that belongs elsewhere is refused before anything is looked up. */
    public Entry replace(Kind kind, ObjectKey key, String subresource, ObjectNode object, WriteContext context) {
        if (object.get("metadata") instanceof ObjectNode metadata) {
            Placement.check(kind, key.namespace(), metadata);
            Placement.checkName(key.name(), metadata);
        }
        Manager manager = new Manager(context.manager(), subresource);
        return propose(kind, key, subresource, present -> changed(kind, present, object.deepCopy(), manager), context);
    }

    /** A change that the server itself makes, on a part of the object that clients have no other way to. */
    public Entry updateInternally(Kind kind, ObjectKey key, Change change, WriteContext context) {
        Proposal proposal = present ->
                new FieldManager.Applied(change.apply(present.object().deepCopy()), present.owners());
        return update(kind, key, ObjectRules.Part.ANY, "", proposal, context);
    }

    private Entry update(
            Kind kind,
            ObjectKey key,
            ObjectRules.Part part,
            String subresource,
            Proposal proposal,
            WriteContext context) {
        for (int tries = 1; ; tries++) {
            Entry entry = reader.get(kind, key);
            Present present = Present.of(entry);
            ObjectNode old = present.object();
            FieldManager.Applied proposed = proposal.make(present);
            ObjectNode updated = proposed.object();
            boolean versioned = check(kind, key, updated, old) && part != ObjectRules.Part.ANY;
            rules.forUpdate(kind, part, subresource, updated, old, context.identity());
            Accompanied complete = part == ObjectRules.Part.OBJECT
                    ? Commits.reading(() -> kind.strategy().accompanyUpdate(updated, old))
                    : Accompanied.alone(updated);
            boolean same = complete.object().equals(old) && proposed.managers().sameOwners(present.owners());
            if (same && !isOutdated(kind, key, updated)) {
                return entry;
            }
            proposed.managers().writeTo(metadata(complete.object()));
            Attempt attempt = store(kind, entry, complete, context);
            if (attempt.done().isPresent()) {
                return attempt.done().get();
            }
            if (versioned && attempt.overtaken() || tries == TRIES_MAX) {
                throw modified(kind, key);
            }
        }
    }

    private static ObjectNode metadata(ObjectNode object) {
        if (object.get("metadata") instanceof ObjectNode metadata) {
            return metadata;
        }
        throw ApiError.badRequest("metadata: Required value");
    }

    /** Checks identity and version, and tells whether a version was given. */
    private static boolean check(Kind kind, ObjectKey key, ObjectNode updated, ObjectNode old) {
        ObjectNode metadata = metadata(updated);
        Placement.check(kind, key.namespace(), metadata);
        Placement.checkName(key.name(), metadata);
        JsonNode before = old.path("metadata");
        String uid = metadata.path("uid").asText("");
        if (!uid.isEmpty() && !uid.equals(before.path("uid").asText())) {
            throw ApiError.conflict(
                    kind.group(),
                    kind.plural(),
                    key.name(),
                    "Precondition failed: UID in precondition: " + uid + ", UID in object meta: "
                            + before.path("uid").asText());
        }
        String version = metadata.path("resourceVersion").asText("");
        boolean versioned = !version.isEmpty() && !version.equals("0");
        if (versioned && !version.equals(before.path("resourceVersion").asText())) {
            throw modified(kind, key);
        }
        metadata.set("resourceVersion", before.get("resourceVersion"));
        return versioned;
    }

    /** A write that changes nothing is how objects are brought into a definition's present storage version. */
    private boolean isOutdated(Kind kind, ObjectKey key, ObjectNode object) {
        return kind.custom().isPresent()
                && reader.stored(kind, key)
                        .filter(entry -> StoredForm.isOutdated(kind, entry, object))
                        .isPresent();
    }

    /**
     * How an attempt to store ended.
     *
     * @param overtaken whether somebody else changed the object, and not what goes with it
     */
    private record Attempt(Optional<Entry> done, boolean overtaken) {
        static Attempt done(Entry entry) {
            return new Attempt(Optional.of(entry), false);
        }
    }

    private Attempt store(Kind kind, Entry present, Accompanied complete, WriteContext context) {
        ObjectNode updated = complete.object();
        byte[] bytes = StoredForm.write(kind, updated);
        if (context.dryRun()) {
            return Attempt.done(at(present.modRevision(), kind, present, bytes));
        }
        boolean finished = Deletion.isFinished(kind, updated);
        Op op = finished
                ? Op.delete(present.key(), present.modRevision())
                : commits.expiring(kind, Op.update(present.key(), bytes, present.modRevision()));
        List<Op> others = finished
                ? Commits.reading(() -> kind.strategy().accompanyDelete(CanonicalJson.read(present.bytes())))
                : complete.ops();
        return switch (commits.commit(Commits.together(op, others))) {
            case CommitResult.Committed committed ->
                Attempt.done(
                        finished
                                ? at(committed.revision(), kind, present, bytes)
                                : StoredForm.served(kind, committed.entries().get(0)));
            case CommitResult.Conflict conflict ->
                new Attempt(Optional.empty(), conflict.key().equals(present.key()));
            case CommitResult.Unknown unknown -> throw Commits.unknown(unknown);
            case CommitResult.Unavailable unavailable -> throw Commits.unavailable(unavailable);
        };
    }

    /** What a reader would see, of a state that the store does not keep. */
    private static Entry at(long revision, Kind kind, Entry present, byte[] bytes) {
        byte[] seen = VERSIONS.materialize(present.key(), bytes, revision);
        return StoredForm.served(kind, new Entry(present.key(), seen, present.createRevision(), revision));
    }

    static ApiError modified(Kind kind, ObjectKey key) {
        return ApiError.conflict(
                kind.group(),
                kind.plural(),
                key.name(),
                "the object has been modified; please apply your changes to the latest version and try again");
    }
}
