package io.lembos.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.ObjectKey;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.store.Commit;
import io.lembos.apiserver.store.CommitResult;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Op;

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

    ObjectUpdater(ObjectReader reader, Commits commits, ObjectRules rules) {
        this.reader = reader;
        this.commits = commits;
        this.rules = rules;
    }

    /** Makes the new state of an object from a copy of the present one; may be called several times. */
    @FunctionalInterface
    public interface Change {
        ObjectNode apply(ObjectNode present);
    }

    /** The object itself, or with {@code subresource} the part of it that the subresource stands for. */
    public Entry update(Kind kind, ObjectKey key, String subresource, Change change, WriteContext context) {
        ObjectRules.Part part = switch (subresource) {
            case "" -> ObjectRules.Part.OBJECT;
            case "status" -> ObjectRules.Part.STATUS;
            default -> ObjectRules.Part.SUBRESOURCE;
        };
        return update(kind, key, part, subresource, change, context);
    }

    /** A new state that a client made; one that belongs elsewhere is refused before anything is looked up. */
    public Entry replace(Kind kind, ObjectKey key, String subresource, ObjectNode object, WriteContext context) {
        if (object.get("metadata") instanceof ObjectNode metadata) {
            Placement.check(kind, key.namespace(), metadata);
            Placement.checkName(key.name(), metadata);
        }
        return update(kind, key, subresource, present -> object.deepCopy(), context);
    }

    /** A change that the server itself makes, on a part of the object that clients have no other way to. */
    public Entry updateInternally(Kind kind, ObjectKey key, Change change, WriteContext context) {
        return update(kind, key, ObjectRules.Part.ANY, "", change, context);
    }

    private Entry update(
            Kind kind, ObjectKey key, ObjectRules.Part part, String subresource, Change change, WriteContext context) {
        for (int tries = 1; ; tries++) {
            Entry present = reader.get(kind, key);
            ObjectNode old = CanonicalJson.read(present.bytes());
            ObjectNode updated = change.apply(old.deepCopy());
            boolean versioned = check(kind, key, updated, old) && part != ObjectRules.Part.ANY;
            rules.forUpdate(kind, part, subresource, updated, old);
            if (updated.equals(old) && !isOutdated(kind, key, updated)) {
                return present;
            }
            Entry done = store(kind, present, updated, context);
            if (done != null) {
                return done;
            }
            if (versioned || tries == TRIES_MAX) {
                throw modified(kind, key);
            }
        }
    }

    /** Checks identity and version, and tells whether a version was given. */
    private static boolean check(Kind kind, ObjectKey key, ObjectNode updated, ObjectNode old) {
        if (!(updated.get("metadata") instanceof ObjectNode metadata)) {
            throw ApiError.badRequest("metadata: Required value");
        }
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
        metadata.remove("managedFields");
        return versioned;
    }

    /** A write that changes nothing is how objects are brought into a definition's present storage version. */
    private boolean isOutdated(Kind kind, ObjectKey key, ObjectNode object) {
        return kind.custom().isPresent()
                && reader.stored(kind, key)
                        .filter(entry -> StoredForm.isOutdated(kind, entry, object))
                        .isPresent();
    }

    /** Null when somebody else was faster. */
    private Entry store(Kind kind, Entry present, ObjectNode updated, WriteContext context) {
        byte[] bytes = StoredForm.write(kind, updated);
        if (context.dryRun()) {
            return StoredForm.served(kind, at(present.modRevision(), present, bytes));
        }
        boolean finished = Deletion.isFinished(kind, updated);
        Op op = finished
                ? Op.delete(present.key(), present.modRevision())
                : commits.expiring(kind, Op.update(present.key(), bytes, present.modRevision()));
        return switch (commits.commit(Commit.of(op))) {
            case CommitResult.Committed committed ->
                finished
                        ? StoredForm.served(kind, at(committed.revision(), present, bytes))
                        : StoredForm.served(kind, committed.entries().get(0));
            case CommitResult.Conflict conflict -> null;
            case CommitResult.Unknown unknown -> throw Commits.unknown(unknown);
            case CommitResult.Unavailable unavailable -> throw Commits.unavailable(unavailable);
        };
    }

    /** What a reader would see, of a state that the store does not keep. */
    private static Entry at(long revision, Entry present, byte[] bytes) {
        byte[] shown = VERSIONS.materialize(present.key(), bytes, revision);
        return new Entry(present.key(), shown, present.createRevision(), revision);
    }

    static ApiError modified(Kind kind, ObjectKey key) {
        return ApiError.conflict(
                kind.group(),
                kind.plural(),
                key.name(),
                "the object has been modified; please apply your changes to the latest version and try again");
    }
}
