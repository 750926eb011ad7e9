package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A strategy that adds to the standard one; a kind's own strategy overrides what differs. */
abstract class DelegatingStrategy implements KindStrategy {
    private final KindStrategy standard;

    DelegatingStrategy(KindStrategy standard) {
        this.standard = standard;
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        standard.prepareForCreate(object);
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode old) {
        standard.prepareForUpdate(updated, old);
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode updated, ObjectNode old) {
        standard.prepareForStatusUpdate(updated, old);
    }
}
