package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A node registers itself with a status; unlike elsewhere, a create keeps it. */
final class NodeStrategy extends DelegatingStrategy {
    NodeStrategy(KindStrategy standard) {
        super(standard);
    }

    @Override
    public void prepareForCreate(ObjectNode node) {
        var status = node.get("status");
        super.prepareForCreate(node);
        if (status != null) {
            node.set("status", status);
        }
    }
}
