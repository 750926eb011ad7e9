package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.ObjectKey;
import io.lembos.apiserver.http.StatusBody;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.kinds.KindRegistry;
import io.lembos.apiserver.registry.PodBinder;

/** {@code POST} to {@code pods/NAME/binding}, or to {@code bindings} with the pod's name in the body. */
public final class BindingHandler implements Handler {
    private final PodBinder binder;
    private final Kind pods;
    private final Bodies bodies;

    public BindingHandler(PodBinder binder, KindRegistry kinds, Bodies bodies) {
        this.binder = binder;
        this.pods = kinds.byPlural("", "v1", "pods").orElseThrow();
        this.bodies = bodies;
    }

    @Override
    public void handle(Target target) {
        ObjectNode binding = bodies.read(pods, pods.subresource("binding").orElseThrow(), target.exchange());
        String named = binding.path("metadata").path("name").asText("");
        String name = target.info().name();
        if (name.isEmpty()) {
            name = named;
        } else if (!named.isEmpty() && !named.equals(name)) {
            throw ApiError.badRequest("name in URL does not match name in Binding object");
        }
        binder.bind(pods, ObjectKey.of(target.info().namespace(), name), binding, target.writeContext());
        target.exchange().answer(201, StatusBody.success());
    }
}
