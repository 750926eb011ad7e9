package io.lembos.controllers.garbage;

import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.PartialObjectMetadata;
import io.lembos.api.meta.ResourceType;

/** One particular object: which resource, which name, which life of that name. */
record Identified(ResourceType<PartialObjectMetadata> type, ObjectKey key, String uid) {
    @Override
    public String toString() {
        return type.plural() + "/" + key;
    }
}
