package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.store.Entry;

/** {@code PUT} of an object, its status or another subresource that takes the whole object. */
public final class UpdateHandler implements Handler {
    private final Registry registry;
    private final Representations representations;
    private final Bodies bodies;

    public UpdateHandler(Registry registry, Representations representations, Bodies bodies) {
        this.registry = registry;
        this.representations = representations;
        this.bodies = bodies;
    }

    @Override
    public void handle(Target target) {
        ObjectNode object = bodies.read(target.kind(), target.exchange());
        Entry updated = registry.updater()
                .replace(target.kind(), target.key(), target.info().subresource(), object, target.writeContext());
        representations.answer(target, 200, updated);
    }
}
