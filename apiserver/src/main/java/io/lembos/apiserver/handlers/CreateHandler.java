package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.store.Entry;

/** {@code POST} to a collection. */
public final class CreateHandler implements Handler {
    private final Registry registry;
    private final Representations representations;
    private final Bodies bodies;

    public CreateHandler(Registry registry, Representations representations, Bodies bodies) {
        this.registry = registry;
        this.representations = representations;
        this.bodies = bodies;
    }

    @Override
    public void handle(Target target) {
        ObjectNode object = bodies.read(target.kind(), target.exchange());
        Entry created = registry.creator().create(target.kind(), target.namespace(), object, target.writeContext());
        representations.answer(target, 201, created);
    }
}
