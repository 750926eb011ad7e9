package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.apiserver.http.StatusBody;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.PodEvictor;

/** {@code POST} to {@code pods/NAME/eviction}: a deletion that respects disruption budgets. */
public final class EvictionHandler implements Handler {
    private final PodEvictor evictor;
    private final Bodies bodies;

    public EvictionHandler(PodEvictor evictor, Bodies bodies) {
        this.evictor = evictor;
        this.bodies = bodies;
    }

    @Override
    public void handle(Target target) {
        Kind.Subresource subresource = target.kind().subresource("eviction").orElseThrow();
        ObjectNode eviction = bodies.read(target.kind(), subresource, target.exchange());
        String name = eviction.path("metadata").path("name").asText("");
        if (!name.isEmpty() && !name.equals(target.info().name())) {
            throw ApiError.badRequest("name in URL does not match name in Eviction object");
        }
        DeleteCall call = DeleteCall.of(target, eviction.path("deleteOptions"));
        evictor.evict(target.kind(), target.key(), call.request(), call.context());
        target.exchange().answer(201, StatusBody.success());
    }
}
