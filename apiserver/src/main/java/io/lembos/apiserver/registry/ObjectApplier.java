package io.lembos.apiserver.registry;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.apply.FieldManager;
import io.lembos.apiserver.apply.Manager;
import io.lembos.apiserver.apply.Managers;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.store.Entry;
import java.util.Optional;

/** Server-side apply: makes an object what a configuration says, or creates it. Stateless. */
public final class ObjectApplier {
    private static final int TRIES_MAX = 100;

    private final ObjectReader reader;
    private final ObjectCreator creator;
    private final ObjectUpdater updater;
    private final FieldManager fields;
    private final Clock clock;

    ObjectApplier(ObjectReader reader, ObjectCreator creator, ObjectUpdater updater, FieldManager fields, Clock clock) {
        this.reader = reader;
        this.creator = creator;
        this.updater = updater;
        this.fields = fields;
        this.clock = clock;
    }

    /**
     * What is applied.
     *
     * @param config as it was sent, with its nulls; not changed
     * @param force whether to take fields that others own
     * @param mayCreate throws when the object may not be created
     */
    public record Request(ObjectNode config, boolean force, Runnable mayCreate) {
        public Request with(ObjectNode other) {
            return new Request(other, force, mayCreate);
        }
    }

    /** The object as it is now, and whether it was created. */
    public record Outcome(Entry object, boolean created) {}

    /** Takes what the merge came to apart as if it had been sent; may be called several times. */
    @FunctionalInterface
    public interface Fitting {
        ObjectNode fit(ObjectNode merged);
    }

    public Outcome apply(
            Kind kind, ObjectKey key, String subresource, Request request, Fitting fitting, WriteContext context) {
        for (int tries = 1; ; tries++) {
            try {
                Optional<Entry> present = reader.find(kind, key);
                return present.isPresent() || !subresource.isEmpty()
                        ? merged(kind, key, subresource, request, fitting, context)
                        : created(kind, key, request, fitting, context);
            } catch (ApiError e) {
                boolean raced = subresource.isEmpty() && (e.is(Reason.AlreadyExists) || isGone(e, kind, key));
                if (!raced || tries == TRIES_MAX) {
                    throw e;
                }
            }
        }
    }

    /** It was there when it was looked for; of anything else that is missing the message would be different. */
    private static boolean isGone(ApiError error, Kind kind, ObjectKey key) {
        return error.is(Reason.NotFound)
                && error.details().kind().equals(kind.plural())
                && error.details().name().equals(key.name());
    }

    private Outcome merged(
            Kind kind, ObjectKey key, String subresource, Request request, Fitting fitting, WriteContext context) {
        ObjectUpdater.Proposal proposal =
                present -> applied(kind, present.object(), present.owners(), request, subresource, fitting, context);
        return new Outcome(updater.propose(kind, key, subresource, proposal, context), false);
    }

    private Outcome created(Kind kind, ObjectKey key, Request request, Fitting fitting, WriteContext context) {
        ObjectNode nothing = JsonNodeFactory.instance.objectNode();
        FieldManager.Applied applied = applied(kind, nothing, Managers.NONE, request, "", fitting, context);
        request.mayCreate().run();
        if (!(applied.object().get("metadata") instanceof ObjectNode metadata)) {
            throw ApiError.badRequest("metadata: Required value");
        }
        String uid = metadata.path("uid").asText("");
        if (!uid.isEmpty()) {
            throw ApiError.conflict(
                    kind.group(),
                    kind.plural(),
                    key.name(),
                    "uid mismatch: the provided object specified uid " + uid + ", and no existing object was found");
        }
        if (!metadata.path("resourceVersion").asText("").isEmpty()) {
            throw ObjectUpdater.modified(kind, key);
        }
        Placement.check(kind, key.namespace(), metadata);
        if (metadata.path("name").asText("").isEmpty()) {
            throw ApiError.badRequest("the name of the object (" + key.name()
                    + " based on URL) was undeterminable: name must be provided");
        }
        Placement.checkName(key.name(), metadata);
        return new Outcome(creator.create(kind, key.namespace(), applied.object(), applied.managers(), context), true);
    }

    private FieldManager.Applied applied(
            Kind kind,
            ObjectNode live,
            Managers owners,
            Request request,
            String subresource,
            Fitting fitting,
            WriteContext context) {
        Manager manager = new Manager(context.manager(), subresource);
        FieldManager.Applied applied =
                fields.applied(kind, live, owners, request.config(), manager, request.force(), clock.now());
        return new FieldManager.Applied(fitting.fit(applied.object()), applied.managers());
    }
}
