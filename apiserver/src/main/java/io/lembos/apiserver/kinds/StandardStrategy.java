package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * What holds for every kind: where there is a status subresource, a create and a plain update cannot set the status, and
 * a status update cannot set anything but status and metadata; the generation counts changes of what is desired.
 */
public final class StandardStrategy implements KindStrategy {
    /** What counts up {@code metadata.generation}. */
    public enum Generation {
        NOT_COUNTED,
        SPEC,
        SPEC_AND_ANNOTATIONS,
        CONTENT,
        WHOLE
    }

    private final boolean hasStatus;
    private final Generation generation;

    public StandardStrategy(boolean hasStatus, Generation generation) {
        this.hasStatus = hasStatus;
        this.generation = generation;
    }

    @Override
    public void prepareForCreate(ObjectNode object) {
        if (hasStatus) {
            object.remove("status");
        }
        if (generation == Generation.NOT_COUNTED) {
            object.withObject("/metadata").remove("generation");
        } else {
            object.withObject("/metadata").put("generation", 1);
        }
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode old) {
        if (hasStatus) {
            take("status", old, updated);
        }
        countGeneration(updated, old);
    }

    @Override
    public void prepareForStatusUpdate(ObjectNode updated, ObjectNode old) {
        for (Map.Entry<String, JsonNode> entry : List.copyOf(updated.properties())) {
            if (!entry.getKey().equals("metadata") && !entry.getKey().equals("status")) {
                updated.remove(entry.getKey());
            }
        }
        old.properties().forEach(entry -> {
            if (!entry.getKey().equals("metadata") && !entry.getKey().equals("status")) {
                updated.set(entry.getKey(), entry.getValue().deepCopy());
            }
        });
        // Nothing that is desired can change this way, although annotations may.
        take("generation", part(old, "metadata"), updated.withObject("/metadata"));
    }

    /** Sets a field as it is in another object, removing it where it is not there. */
    static void take(String field, ObjectNode from, ObjectNode to) {
        if (from.has(field)) {
            to.set(field, from.get(field).deepCopy());
        } else {
            to.remove(field);
        }
    }

    /** A part of an object that may not be there, without adding it. */
    static ObjectNode part(ObjectNode object, String field) {
        return object.get(field) instanceof ObjectNode part ? part : object.objectNode();
    }

    private void countGeneration(ObjectNode updated, ObjectNode old) {
        ObjectNode meta = updated.withObject("/metadata");
        JsonNode before = old.path("metadata").path("generation");
        if (generation == Generation.NOT_COUNTED) {
            take("generation", part(old, "metadata"), meta);
        } else {
            meta.put("generation", Math.max(1, before.asInt(0) + (desiredChanged(updated, old) ? 1 : 0)));
        }
    }

    private boolean desiredChanged(ObjectNode updated, ObjectNode old) {
        return switch (generation) {
            case NOT_COUNTED -> false;
            case SPEC -> specChanged(updated, old);
            case SPEC_AND_ANNOTATIONS ->
                specChanged(updated, old)
                        || !updated.path("metadata")
                                .path("annotations")
                                .equals(old.path("metadata").path("annotations"));
            case CONTENT -> !withoutMetadata(updated).equals(withoutMetadata(old));
            case WHOLE ->
                !withoutMetadata(updated).equals(withoutMetadata(old))
                        || !updated.path("metadata")
                                .path("labels")
                                .equals(old.path("metadata").path("labels"));
        };
    }

    private static boolean specChanged(ObjectNode updated, ObjectNode old) {
        return !updated.path("spec").equals(old.path("spec"));
    }

    private static ObjectNode withoutMetadata(ObjectNode object) {
        ObjectNode rest = object.objectNode();
        object.properties().forEach(e -> {
            if (!e.getKey().equals("metadata") && !e.getKey().equals("status")) {
                rest.set(e.getKey(), e.getValue());
            }
        });
        return rest;
    }
}
