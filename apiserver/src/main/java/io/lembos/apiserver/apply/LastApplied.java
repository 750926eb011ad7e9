package io.lembos.apiserver.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.json.PooledJson;
import io.lembos.apiserver.schema.Schema;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The annotation in which kubectl's client-side apply keeps what it applied last. Server-side apply by kubectl may take
 * fields that this annotation says were kubectl's already, and keeps the annotation in step where it is. Pure.
 */
final class LastApplied {
    static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
    /** The manager that this is about; others never look at the annotation. */
    static final String MANAGER = "kubectl";

    private static final int ANNOTATIONS_BYTES_MAX = 256 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper(PooledJson.factory());

    private LastApplied() {}

    /** The fields that were applied and still have the applied value. */
    static FieldSet owned(ObjectNode live, Schema schema, String apiVersion) {
        return read(live)
                .filter(applied -> applied.path("apiVersion").asText().equals(apiVersion))
                .filter(applied -> AppliedCheck.problems(applied, schema).isEmpty())
                .map(applied -> {
                    Comparison change = Comparison.of(applied, live, schema);
                    return Extraction.of(applied, schema)
                            .difference(change.changed())
                            .difference(change.removed());
                })
                .orElse(FieldSet.EMPTY);
    }

    private static Optional<ObjectNode> read(ObjectNode object) {
        String text = text(object);
        try {
            return !text.isEmpty() && JSON.readTree(text) instanceof ObjectNode applied
                    ? Optional.of(applied)
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    private static String text(ObjectNode object) {
        return object.path("metadata").path("annotations").path(ANNOTATION).asText("");
    }

    /** Changes the annotation of {@code object} to what was applied now, if it has one. */
    static void follow(ObjectNode object, ObjectNode config) {
        if (text(object).isEmpty()) {
            return;
        }
        ObjectNode applied = config.deepCopy();
        if (applied.path("metadata").path("annotations") instanceof ObjectNode annotations) {
            annotations.remove(ANNOTATION);
            if (annotations.isEmpty()) {
                ((ObjectNode) applied.get("metadata")).remove("annotations");
            }
        }
        ObjectNode annotations = (ObjectNode) object.get("metadata").get("annotations");
        annotations.put(ANNOTATION, Values.json(applied) + "\n");
        if (bytes(annotations) > ANNOTATIONS_BYTES_MAX) {
            annotations.remove(ANNOTATION);
        }
    }

    private static long bytes(ObjectNode annotations) {
        long bytes = 0;
        for (var entry : annotations.properties()) {
            JsonNode value = entry.getValue();
            bytes += entry.getKey().getBytes(StandardCharsets.UTF_8).length
                    + value.asText().getBytes(StandardCharsets.UTF_8).length;
        }
        return bytes;
    }
}
