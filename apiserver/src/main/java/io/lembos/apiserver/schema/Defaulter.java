package io.lembos.apiserver.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Fills in what was left out. Plain defaults stand in the schema; where a default depends on other fields of the same
 * object, a {@link ConditionalDefaults} for that definition adds it. From the outside in: an object's own fields first,
 * then its parts, so that a default object gets its own defaults.
 *
 * <p>Changes the object in place. Running it twice changes nothing more.
 */
public final class Defaulter {
    /** Defaults that depend on what else is set. */
    @FunctionalInterface
    public interface ConditionalDefaults {
        void apply(ObjectNode object);
    }

    private final Map<String, ConditionalDefaults> conditional;

    /**
     * @param conditional by name of the definition they are about
     */
    public Defaulter(Map<String, ConditionalDefaults> conditional) {
        this.conditional = Map.copyOf(conditional);
    }

    public void apply(ObjectNode object, Schema schema) {
        schema.properties()
                .forEach((name, property) -> property.defaultValue()
                        .filter(value -> isUnset(object.get(name), value))
                        .ifPresent(value -> object.set(name, value.deepCopy())));
        ConditionalDefaults own = conditional.get(schema.definition());
        if (own != null) {
            own.apply(object);
        }
        object.properties().forEach(entry -> {
            Schema property = schema.property(entry.getKey());
            if (property != null) {
                descend(entry.getValue(), property);
            }
        });
    }

    /** An empty text counts as unset where the default is not empty, as for Go's strings. */
    private static boolean isUnset(JsonNode present, JsonNode standard) {
        return present == null
                || present.isTextual()
                        && present.asText().isEmpty()
                        && !standard.asText().isEmpty();
    }

    private void descend(JsonNode value, Schema schema) {
        if (value instanceof ObjectNode object) {
            apply(object, schema);
        } else if (value.isArray() && schema.items() != null) {
            value.forEach(element -> descend(element, schema.items()));
        }
    }
}
