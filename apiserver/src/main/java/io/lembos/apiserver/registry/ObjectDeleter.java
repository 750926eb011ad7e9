package io.lembos.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.client.DeleteOptions.Propagation;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.store.CommitResult;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Op;
import java.util.List;
import java.util.Optional;

/** Deletes objects of any kind, or marks them for deletion where something holds them. Stateless. */
public final class ObjectDeleter {
    private final ObjectReader reader;
    private final Commits commits;
    private final Clock clock;

    ObjectDeleter(ObjectReader reader, Commits commits, Clock clock) {
        this.reader = reader;
        this.commits = commits;
        this.clock = clock;
    }

    /**
     * What a deletion asks for.
     *
     * @param uid only this very object; empty for any
     * @param resourceVersion only this version; empty for any
     */
    public record Request(
            Optional<Long> gracePeriodSeconds, Optional<Propagation> propagation, String uid, String resourceVersion) {
        public static final Request DEFAULT = new Request(Optional.empty(), Optional.empty(), "", "");
    }

    /**
     * How a deletion went.
     *
     * @param object the object as it was removed, in the version of its removal, or as it is now that it is marked
     * @param removed whether it is gone
     */
    public record Outcome(Entry object, boolean removed) {}

    public Outcome delete(Kind kind, ObjectKey key, Request request, WriteContext context) {
        while (true) {
            Entry present = reader.get(kind, key);
            ObjectNode old = CanonicalJson.read(present.bytes());
            check(kind, key, request, old.path("metadata"));
            ObjectNode marked = old.deepCopy();
            Deletion.mark(kind, marked, request.gracePeriodSeconds(), request.propagation(), clock.now());
            boolean remove = Deletion.isFinished(kind, marked);
            if (context.dryRun() || (!remove && marked.equals(old))) {
                return new Outcome(present, remove);
            }
            List<Op> others = remove ? Commits.reading(() -> kind.strategy().accompanyDelete(old)) : List.of();
            Op op = remove
                    ? Op.delete(present.key(), present.modRevision())
                    : Op.update(present.key(), StoredForm.write(kind, marked), present.modRevision());
            switch (commits.commit(Commits.together(op, others))) {
                case CommitResult.Committed committed -> {
                    return new Outcome(
                            remove
                                    ? StoredForm.at(present, committed.revision())
                                    : StoredForm.served(
                                            kind, committed.entries().get(0)),
                            remove);
                }
                case CommitResult.Conflict conflict -> {} // Somebody else was faster: look again.
                case CommitResult.Unknown unknown -> throw Commits.unknown(unknown);
                case CommitResult.Unavailable unavailable -> throw Commits.unavailable(unavailable);
            }
        }
    }

    private static void check(Kind kind, ObjectKey key, Request request, JsonNode metadata) {
        require(kind, key, "UID", request.uid(), metadata.path("uid").asText());
        require(
                kind,
                key,
                "ResourceVersion",
                request.resourceVersion(),
                metadata.path("resourceVersion").asText());
    }

    private static void require(Kind kind, ObjectKey key, String what, String wanted, String present) {
        if (!wanted.isEmpty() && !wanted.equals(present)) {
            throw ApiError.conflict(
                    kind.group(),
                    kind.plural(),
                    key.name(),
                    "Precondition failed: " + what + " in precondition: " + wanted + ", " + what + " in object meta: "
                            + present);
        }
    }
}
