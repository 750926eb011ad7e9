package io.lembos.apiserver.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.json.PooledJson;
import java.io.IOException;
import java.util.Map;

/** The one written form of an object in the store: {@code apiVersion}, {@code kind}, {@code metadata}, then the rest. */
public final class CanonicalJson {
    /** Keeps every digit of a number: clients compare what they sent with what comes back. */
    public static final ObjectMapper MAPPER =
            new ObjectMapper(PooledJson.factory()).enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private CanonicalJson() {}

    /** The bytes to store; the resource version is left out, the store's revision takes its place. */
    public static byte[] write(ObjectNode object) {
        ObjectNode ordered = MAPPER.createObjectNode();
        ordered.set("apiVersion", object.get("apiVersion"));
        ordered.set("kind", object.get("kind"));
        ordered.set("metadata", withoutResourceVersion(object.get("metadata")));
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (!ordered.has(field.getKey())) {
                ordered.set(field.getKey(), field.getValue());
            }
        }
        try {
            return MAPPER.writeValueAsBytes(ordered);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("An object in memory can always be written", e);
        }
    }

    /** A copy of its own for the caller to change. */
    public static ObjectNode read(byte[] bytes) {
        try {
            return (ObjectNode) MAPPER.readTree(bytes);
        } catch (IOException | ClassCastException e) {
            throw new IllegalStateException("The store holds something that is no JSON object", e);
        }
    }

    private static JsonNode withoutResourceVersion(JsonNode metadata) {
        if (!metadata.has("resourceVersion")) {
            return metadata;
        }
        ObjectNode copy = ((ObjectNode) metadata).objectNode();
        copy.setAll((ObjectNode) metadata);
        copy.remove("resourceVersion");
        return copy;
    }
}
