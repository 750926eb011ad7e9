package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.apiserver.admission.Admission;
import io.lembos.apiserver.http.StatusBody;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ObjectDeleter.Outcome;
import io.lembos.apiserver.registry.Registry;

/**
 * {@code DELETE} of one object; options come in the body or the query. What is gone is told by a Status, or shown once more,
 * as clients expect it of the kind; what is still going is shown as it is.
 */
public final class DeleteHandler implements Handler {
    private final Registry registry;
    private final Representations representations;
    private final Bodies bodies;

    public DeleteHandler(Registry registry, Representations representations, Bodies bodies) {
        this.registry = registry;
        this.representations = representations;
        this.bodies = bodies;
    }

    @Override
    public void handle(Target target) {
        Admission.admitDelete(target.kind(), target.key());
        DeleteCall call = DeleteCall.of(target, bodies.deleteOptions(target.exchange()));
        Outcome outcome = registry.deleter().delete(target.kind(), target.key(), call.request(), call.context());
        if (outcome.removed() && !target.kind().showsDeleted()) {
            JsonNode metadata = CanonicalJson.read(outcome.object().bytes()).path("metadata");
            representations.answerStatus(
                    target,
                    200,
                    StatusBody.success(
                            target.kind().group(),
                            target.kind().plural(),
                            target.info().name(),
                            metadata.path("uid").asText()));
        } else {
            representations.answer(target, 200, outcome.object());
        }
    }
}
