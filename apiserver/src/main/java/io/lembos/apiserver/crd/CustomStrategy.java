package io.lembos.apiserver.crd;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.kinds.KindStrategy;

/**
 * What holds for every custom resource: where there is a status subresource, a plain write cannot set the status and a
 * write of the status can set nothing else, not even metadata; the generation counts changes of everything but those.
 */
record CustomStrategy(boolean hasStatus) implements KindStrategy {

    @Override
    public void prepareForCreate(ObjectNode object) {
        if (hasStatus) {
            object.remove("status");
        }
        object.withObjectProperty("metadata").put("generation", 1);
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode old) {
        if (hasStatus) {
            take("status", old, updated);
        }
        // An int, as it is read from the store: a long of the same value would count as a change.
        int before = old.path("metadata").path("generation").asInt(0);
        boolean changed = !desired(updated).equals(desired(old));
        updated.withObjectProperty("metadata").put("generation", Math.max(1, before + (changed ? 1 : 0)));
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode updated, ObjectNode old) {
        JsonNode status = updated.get("status");
        JsonNode managed = updated.path("metadata").get("managedFields");
        updated.removeAll();
        updated.setAll(old.deepCopy());
        ObjectNode metadata = updated.withObjectProperty("metadata");
        metadata.remove("managedFields");
        if (managed != null) {
            metadata.set("managedFields", managed);
        }
        updated.remove("status");
        if (status != null) {
            updated.set("status", status);
        }
    }

    private ObjectNode desired(ObjectNode object) {
        ObjectNode desired = object.objectNode();
        desired.setAll(object);
        desired.remove("metadata");
        if (hasStatus) {
            desired.remove("status");
        }
        return desired;
    }

    private static void take(String field, ObjectNode from, ObjectNode to) {
        if (from.has(field)) {
            to.set(field, from.get(field).deepCopy());
        } else {
            to.remove(field);
        }
    }
}
