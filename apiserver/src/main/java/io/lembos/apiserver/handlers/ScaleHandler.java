package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Cause;
import io.lembos.apiserver.apply.FieldManager;
import io.lembos.apiserver.authz.Authorizer;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.Scale;
import io.lembos.apiserver.patch.Patch;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ObjectApplier;
import io.lembos.apiserver.registry.ObjectUpdater;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.schema.Strictness;
import io.lembos.apiserver.store.Entry;
import java.util.List;

/** {@code PUT} and {@code PATCH} of a {@code scale}: how many replicas somebody wants, for every kind that has them. */
public final class ScaleHandler implements Handler {
    private final Registry registry;
    private final Representations representations;
    private final Bodies bodies;
    private final Authorizer authorizer;

    public ScaleHandler(Registry registry, Representations representations, Bodies bodies, Authorizer authorizer) {
        this.registry = registry;
        this.representations = representations;
        this.bodies = bodies;
        this.authorizer = authorizer;
    }

    @Override
    public void handle(Target target) {
        Entry updated = ApplyCall.isMeantBy(target.exchange()) ? applied(target) : changed(target);
        Scale.Paths paths = Scale.Paths.of(target.kind());
        representations.answerScale(target, 200, Scale.of(paths, CanonicalJson.read(updated.bytes())));
    }

    private Entry changed(Target target) {
        ObjectUpdater.Change change = target.info().verb().equals("patch") ? patched(target) : replaced(target);
        return registry.updater().update(target.kind(), target.key(), "scale", change, target.writeContext());
    }

    /** As if the object were applied with its replicas alone. */
    private Entry applied(Target target) {
        ApplyCall call = ApplyCall.of(target.exchange(), authorizer);
        ObjectApplier.Request request =
                call.request().with(parent(call.request().config(), target));
        ObjectApplier.Outcome outcome = registry.applier()
                .apply(
                        target.kind(),
                        target.key(),
                        "scale",
                        request,
                        merged -> registry.intake()
                                .fit(target.kind(), merged, Strictness.IGNORE)
                                .object(),
                        target.writeContext());
        call.warnings().forEach(target.exchange()::warn);
        return outcome.object();
    }

    private static ObjectNode parent(ObjectNode scale, Target target) {
        Kind.Subresource spoken = target.kind().subresource("scale").orElseThrow();
        FieldManager.requireKind(spoken.group(), spoken.version(), spoken.kind(), scale);
        ObjectNode parent = scale.objectNode();
        parent.put("apiVersion", target.kind().apiVersion())
                .put("kind", target.kind().kind());
        if (scale.get("metadata") instanceof ObjectNode metadata) {
            parent.set(
                    "metadata",
                    metadata.deepCopy().retain("name", "namespace", "uid", "resourceVersion", "managedFields"));
        }
        if (scale.path("spec").has("replicas")) {
            Scale.apply(Scale.Paths.of(target.kind()), scale, parent);
        }
        return parent;
    }

    private ObjectUpdater.Change replaced(Target target) {
        Kind.Subresource scaleResource = target.kind().subresource("scale").orElseThrow();
        ObjectNode scale = bodies.read(target.kind(), scaleResource, target.exchange());
        return present -> scaled(present, scale, target);
    }

    private ObjectUpdater.Change patched(Target target) {
        ApplyCall.refuseForce(target.exchange());
        Patch patch =
                Patch.read(target.exchange().contentType(), target.exchange().body());
        return present -> {
            ObjectNode scale = Scale.of(Scale.Paths.of(target.kind()), present);
            String version = scale.path("metadata").path("resourceVersion").asText();
            ObjectNode patched = patch.apply(scale, target.kind().schema());
            PatchHandler.Change.forgetUnchangedVersion(patched, version);
            return scaled(present, patched, target);
        };
    }

    private static ObjectNode scaled(ObjectNode present, ObjectNode scale, Target target) {
        int replicas = scale.path("spec").path("replicas").asInt(0);
        if (replicas < 0) {
            Cause cause = Cause.invalid("spec.replicas", replicas, "must be greater than or equal to 0");
            throw ApiError.invalid("autoscaling", "Scale", target.info().name(), List.of(cause));
        }
        Scale.apply(Scale.Paths.of(target.kind()), scale, present);
        String version = scale.path("metadata").path("resourceVersion").asText("");
        if (version.isEmpty()) {
            ((ObjectNode) present.get("metadata")).remove("resourceVersion");
        } else {
            ((ObjectNode) present.get("metadata")).put("resourceVersion", version);
        }
        return present;
    }
}
