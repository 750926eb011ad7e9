package io.lembos.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.lembos.api.quantity.Quantity;
import java.util.List;
import java.util.Map;

/**
 * One written form per value, as a round trip through Kubernetes' types gives it: {@code 1000m} becomes {@code 1}, a
 * moment is in UTC. So that "has the spec changed" can be asked by comparing JSON.
 *
 * <p>Changes the object in place; expects one that {@link FieldCheck} has passed.
 */
public final class Canonicalizer {
    private Canonicalizer() {}

    public static void canonicalize(ObjectNode object, Schema schema) {
        for (Map.Entry<String, JsonNode> entry : List.copyOf(object.properties())) {
            Schema known = schema.property(entry.getKey());
            if (known != null) {
                JsonNode value = canonical(entry.getValue(), known);
                if (value != entry.getValue()) {
                    object.set(entry.getKey(), value);
                }
            }
        }
    }

    private static JsonNode canonical(JsonNode value, Schema schema) {
        if (value instanceof ObjectNode object) {
            canonicalize(object, schema);
            return object;
        } else if (value instanceof ArrayNode list && schema.items() != null) {
            for (int i = 0; i < list.size(); i++) {
                list.set(i, canonical(list.get(i), schema.items()));
            }
            return list;
        }
        return scalar(value, schema);
    }

    private static JsonNode scalar(JsonNode value, Schema schema) {
        String text = value.asText();
        String canonical = switch (schema.meaning()) {
            case QUANTITY -> Quantity.canonical(text);
            case TIME ->
                Times.isPlainlySeconds(text)
                        ? text
                        : Times.parse(text).map(Times::seconds).orElse(text);
            case MICRO_TIME -> Times.parse(text).map(Times::micros).orElse(text);
            default -> null;
        };
        boolean same = canonical == null || value.isTextual() && canonical.equals(text);
        return same ? value : TextNode.valueOf(canonical);
    }
}
