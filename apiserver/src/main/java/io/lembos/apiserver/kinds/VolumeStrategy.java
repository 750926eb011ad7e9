package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Volumes and claims to them start Pending: neither is bound to anything. */
final class VolumeStrategy extends DelegatingStrategy {

    VolumeStrategy(KindStrategy standard) {
        super(standard);
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        super.prepareForCreate(object);
        object.putObject("status").put("phase", "Pending");
    }
}
