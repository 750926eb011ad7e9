package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.client.DeleteOptions.Propagation;
import io.lembos.api.error.ApiError;
import io.lembos.apiserver.admission.Admission;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.http.StatusBody;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ObjectDeleter;
import io.lembos.apiserver.registry.ObjectDeleter.Outcome;
import io.lembos.apiserver.registry.ObjectDeleter.Request;
import io.lembos.apiserver.registry.Registry;
import java.util.Optional;

/** {@code DELETE} of one object; options come in the body or the query. */
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
        Outcome outcome = registry.deleter()
                .delete(target.kind(), target.key(), request(target.exchange(), bodies), target.writeContext());
        if (outcome.removed()) {
            JsonNode metadata = CanonicalJson.read(outcome.object().bytes()).path("metadata");
            target.exchange()
                    .answer(
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

    static Request request(Exchange exchange, Bodies bodies) {
        return request(bodies.deleteOptions(exchange).orElseGet(CanonicalJson.MAPPER::createObjectNode), exchange);
    }

    /** @param options {@code DeleteOptions}; what they do not say the query may */
    static Request request(JsonNode options, Exchange exchange) {
        Optional<Long> grace = options.has("gracePeriodSeconds")
                ? Optional.of(options.path("gracePeriodSeconds").asLong())
                : exchange.number("gracePeriodSeconds");
        String propagation = options.path("propagationPolicy").asText(exchange.query("propagationPolicy"));
        JsonNode preconditions = options.path("preconditions");
        return new ObjectDeleter.Request(
                grace,
                propagation(propagation, options, exchange),
                preconditions.path("uid").asText(""),
                preconditions.path("resourceVersion").asText(""));
    }

    private static Optional<Propagation> propagation(String policy, JsonNode options, Exchange exchange) {
        if (policy.isEmpty()) {
            boolean orphan = options.path("orphanDependents").asBoolean(exchange.flag("orphanDependents"));
            return orphan ? Optional.of(Propagation.Orphan) : Optional.empty();
        }
        try {
            return Optional.of(Propagation.valueOf(policy));
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("propagationPolicy: Unsupported value: \"" + policy
                    + "\": supported values: \"Foreground\", \"Background\", \"Orphan\"");
        }
    }
}
