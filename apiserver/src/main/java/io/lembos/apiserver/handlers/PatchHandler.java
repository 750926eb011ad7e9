package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.apiserver.authz.Authorizer;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.patch.Patch;
import io.lembos.apiserver.registry.ObjectApplier;
import io.lembos.apiserver.registry.ObjectUpdater;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.schema.Strictness;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.validation.Intake;
import java.util.List;

/**
 * {@code PATCH} of an object or a part of it: JSON patch, merge patch, strategic merge patch or an applied configuration,
 * by content type.
 */
public final class PatchHandler implements Handler {
    private final Registry registry;
    private final Representations representations;

    private final Authorizer authorizer;

    public PatchHandler(Registry registry, Representations representations, Authorizer authorizer) {
        this.registry = registry;
        this.representations = representations;
        this.authorizer = authorizer;
    }

    @Override
    public void handle(Target target) {
        if (ApplyCall.isMeantBy(target.exchange())) {
            apply(target);
        } else {
            patch(target);
        }
    }

    private void apply(Target target) {
        ApplyCall call = ApplyCall.of(target.exchange(), authorizer);
        ObjectApplier.Outcome outcome = registry.applier()
                .apply(
                        target.kind(),
                        target.key(),
                        target.info().subresource(),
                        call.request(),
                        merged -> registry.intake()
                                .fit(target.kind(), merged, Strictness.IGNORE)
                                .object(),
                        target.writeContext());
        call.warnings().forEach(target.exchange()::warn);
        representations.answer(target, outcome.created() ? 201 : 200, outcome.object());
    }

    private void patch(Target target) {
        ApplyCall.refuseForce(target.exchange());
        Patch patch =
                Patch.read(target.exchange().contentType(), target.exchange().body());
        refuseUnfit(target.kind(), patch);
        Strictness strictness = Bodies.strictness(target.exchange());
        Change change = new Change(registry.intake(), target.kind(), patch, strictness);
        Entry updated = registry.updater()
                .update(target.kind(), target.key(), target.info().subresource(), change, target.writeContext());
        change.warnings.forEach(target.exchange()::warn);
        representations.answer(target, 200, updated);
    }

    /** A strategic merge patch needs merge keys, which only built-in kinds have. */
    public static void refuseUnfit(Kind kind, Patch patch) {
        if (kind.custom().isPresent() && patch.type() == Patch.Type.STRATEGIC_MERGE) {
            throw ApiError.of(
                    Reason.UnsupportedMediaType,
                    "the body of the request was in an unknown format - accepted media types include:"
                            + " application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
        }
    }

    /** Applies a patch to whatever state it meets; keeps the warnings of the last attempt. Used by one thread. */
    public static final class Change implements ObjectUpdater.Change {
        private final Intake intake;
        private final Kind kind;
        private final Patch patch;
        private final Strictness strictness;
        private List<String> warnings = List.of();

        public Change(Intake intake, Kind kind, Patch patch, Strictness strictness) {
            this.intake = intake;
            this.kind = kind;
            this.patch = patch;
            this.strictness = strictness;
        }

        @Override
        public ObjectNode apply(ObjectNode present) {
            String before = present.path("metadata").path("resourceVersion").asText();
            Intake.Decoded decoded = intake.fit(kind, patch.apply(present, kind.schema()), strictness);
            warnings = decoded.warnings();
            forgetUnchangedVersion(decoded.object(), before);
            return decoded.object();
        }

        /** A patch that names no version is good for any: when somebody else is faster it is applied anew. */
        static void forgetUnchangedVersion(ObjectNode patched, String before) {
            if (patched.get("metadata") instanceof ObjectNode metadata
                    && metadata.path("resourceVersion").asText().equals(before)) {
                metadata.remove("resourceVersion");
            }
        }
    }
}
