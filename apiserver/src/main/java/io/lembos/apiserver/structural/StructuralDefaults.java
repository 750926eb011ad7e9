package io.lembos.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * Fills in what a structural schema gives a default for. A null where the schema is not nullable counts as absent and goes;
 * where it is nullable it is a value and stays. Running it twice changes nothing more.
 */
public final class StructuralDefaults {
    private StructuralDefaults() {}

    /** Changes the value in place. */
    public static void apply(JsonNode value, Structural schema) {
        if (schema == null) {
            return;
        }
        if (value instanceof ObjectNode object) {
            object(object, schema);
        } else if (value.isArray() && schema.items() != null) {
            value.forEach(element -> apply(element, schema.items()));
        }
    }

    private static void object(ObjectNode object, Structural schema) {
        for (Map.Entry<String, JsonNode> field : List.copyOf(object.properties())) {
            Structural known = schema.property(field.getKey());
            if (field.getValue().isNull() && known != null && !known.isNullable()) {
                object.remove(field.getKey());
            }
        }
        schema.properties()
                .forEach((name, property) -> property.defaultValue()
                        .filter(standard -> !object.has(name))
                        .ifPresent(standard -> object.set(name, standard.deepCopy())));
        object.properties().forEach(field -> apply(field.getValue(), schema.property(field.getKey())));
    }
}
