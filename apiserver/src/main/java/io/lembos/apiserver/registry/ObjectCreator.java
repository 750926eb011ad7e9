package io.lembos.apiserver.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.apply.FieldManager;
import io.lembos.apiserver.apply.Manager;
import io.lembos.apiserver.apply.Managers;
import io.lembos.apiserver.kinds.Accompanied;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.schema.Times;
import io.lembos.apiserver.store.CommitResult;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Op;
import java.util.List;
import java.util.Optional;

/** Creates objects of any kind: gives them their identity and stores them if nobody has the name. Stateless. */
public final class ObjectCreator {
    private static final int NAME_TRIES = 8;
    private static final int COMPANION_TRIES = 100;

    private final Commits commits;
    private final ObjectRules rules;
    private final Names names;
    private final FieldManager fields;
    private final Clock clock;

    ObjectCreator(Commits commits, ObjectRules rules, Names names, FieldManager fields, Clock clock) {
        this.commits = commits;
        this.rules = rules;
        this.names = names;
        this.fields = fields;
        this.clock = clock;
    }

    /**
     * @param namespace of the request, empty for cluster-scoped kinds
     * @param object taken over and changed
     */
    public Entry create(Kind kind, String namespace, ObjectNode object, WriteContext context) {
        JsonNode sent = FieldManager.take(object);
        identify(kind, namespace, object);
        rules.applyDefaults(kind, object);
        Manager manager = new Manager(context.manager(), "");
        Managers managers = fields.created(kind, object, sent, manager, clock.now());
        return store(kind, namespace, object, managers, context);
    }

    /** An object that came into being by an apply, whose fields have their owners already. */
    Entry create(Kind kind, String namespace, ObjectNode object, Managers managers, WriteContext context) {
        identify(kind, namespace, object);
        return store(kind, namespace, object, managers, context);
    }

    private Entry store(Kind kind, String namespace, ObjectNode object, Managers managers, WriteContext context) {
        ObjectNode metadata = (ObjectNode) object.get("metadata");
        String prefix = metadata.path("name").asText().isEmpty()
                ? metadata.path("generateName").asText()
                : "";
        for (int tries = 1; ; tries++) {
            if (!prefix.isEmpty()) {
                metadata.put("name", names.generate(prefix));
            }
            ObjectNode candidate = object.deepCopy();
            rules.forCreate(kind, candidate, context.identity());
            managers.writeTo((ObjectNode) candidate.get("metadata"));
            ObjectKey key = ObjectKey.of(
                    namespace, candidate.path("metadata").path("name").asText());
            Optional<Entry> stored = store(kind, key, candidate, context);
            if (stored.isPresent()) {
                return stored.get();
            }
            if (prefix.isEmpty()) {
                throw ApiError.alreadyExists(kind.group(), kind.plural(), key.name());
            }
            if (tries == NAME_TRIES) {
                throw ApiError.of(Reason.AlreadyExists, "unable to find an unused name for generateName " + prefix);
            }
        }
    }

    private void identify(Kind kind, String namespace, ObjectNode object) {
        JsonNode given = object.get("metadata");
        if (given != null && !given.isNull() && !given.isObject()) {
            throw ApiError.badRequest(kind.kind() + " in version \"" + kind.version() + "\" cannot be handled as a "
                    + kind.kind() + ": json: cannot unmarshal " + (given.isTextual() ? "string" : "value")
                    + " into Go struct field " + kind.kind() + ".metadata of type v1.ObjectMeta");
        }
        ObjectNode metadata = given instanceof ObjectNode node ? node : object.putObject("metadata");
        Placement.check(kind, namespace, metadata);
        if (!metadata.path("resourceVersion").asText("").isEmpty()) {
            throw ApiError.badRequest("resourceVersion should not be set on objects to be created");
        }
        // What this server makes for itself does not say what it is.
        object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
        metadata.remove(List.of("resourceVersion", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"));
        metadata.put("uid", names.uid());
        metadata.put("creationTimestamp", Times.seconds(clock.now()));
    }

    /** Empty when somebody has the name. */
    private Optional<Entry> store(Kind kind, ObjectKey key, ObjectNode object, WriteContext context) {
        String storageKey = StorageKeys.key(kind, key);
        for (int tries = 1; ; tries++) {
            Accompanied complete = Commits.reading(() -> kind.strategy().accompanyCreate(object));
            byte[] bytes = StoredForm.write(kind, complete.object());
            Optional<Outcome> outcome = store(kind, storageKey, bytes, complete.ops(), context);
            if (outcome.isPresent()) {
                return outcome.get().created();
            }
            if (tries == COMPANION_TRIES) {
                throw ApiError.conflict(
                        kind.group(), kind.plural(), key.name(), "others were always faster; please try again");
            }
        }
    }

    /** How an attempt ended that is not to be made again; without an entry when somebody has the name. */
    private record Outcome(Optional<Entry> created) {}

    /** Empty when somebody was faster with what goes with the object. */
    private Optional<Outcome> store(Kind kind, String storageKey, byte[] bytes, List<Op> others, WriteContext context) {
        if (context.dryRun()) {
            Entry shown = StoredForm.served(kind, new Entry(storageKey, bytes, 0, 0));
            return Optional.of(new Outcome(commits.exists(storageKey) ? Optional.empty() : Optional.of(shown)));
        }
        Op.Put put = commits.expiring(kind, Op.create(storageKey, bytes));
        return switch (commits.commit(Commits.together(put, others))) {
            case CommitResult.Committed committed ->
                Optional.of(new Outcome(
                        Optional.of(StoredForm.served(kind, committed.entries().get(0)))));
            case CommitResult.Conflict conflict ->
                conflict.key().equals(storageKey) ? Optional.of(new Outcome(Optional.empty())) : Optional.empty();
            case CommitResult.Unknown unknown -> throw Commits.unknown(unknown);
            case CommitResult.Unavailable unavailable -> throw Commits.unavailable(unavailable);
        };
    }
}
