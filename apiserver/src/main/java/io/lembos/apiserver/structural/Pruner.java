package io.lembos.apiserver.structural;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes fields away that a structural schema does not know, and names them. What {@code x-kubernetes-preserve-unknown-fields}
 * keeps is kept, but inside it what is known is pruned again. {@code apiVersion}, {@code kind} and {@code metadata} of a
 * resource, embedded or not, stay whatever the schema says.
 */
public final class Pruner {
    private static final Set<String> RESOURCE_FIELDS = Set.of("apiVersion", "kind", "metadata");

    private final List<String> unknown = new ArrayList<>();

    private Pruner() {}

    /** Prunes a whole object in place and returns the paths of what went, in order. */
    public static List<String> prune(ObjectNode object, Structural schema) {
        Pruner pruner = new Pruner();
        pruner.object(object, schema, "", true);
        return pruner.unknown;
    }

    /** Prunes a part of an object, for example a default value. */
    public static List<String> pruneValue(JsonNode value, Structural schema) {
        Pruner pruner = new Pruner();
        pruner.value(value, schema, "");
        return pruner.unknown;
    }

    private void value(JsonNode value, Structural schema, String path) {
        if (value instanceof ObjectNode object) {
            object(object, schema, path, schema != null && schema.isEmbeddedResource());
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                value(value.get(i), schema == null ? null : schema.items(), path + "[" + i + "]");
            }
        }
    }

    private void object(ObjectNode object, Structural schema, String path, boolean resource) {
        boolean keep = schema != null && schema.preservesUnknown();
        for (Map.Entry<String, JsonNode> field : List.copyOf(object.properties())) {
            String name = field.getKey();
            String at = path.isEmpty() ? name : path + "." + name;
            Structural known = schema == null ? null : schema.properties().get(name);
            if (resource && RESOURCE_FIELDS.contains(name)) {
                continue;
            }
            if (known != null) {
                value(field.getValue(), known, at);
            } else if (schema != null && schema.hasAdditional()) {
                if (!keep || schema.additional() != null) {
                    value(field.getValue(), schema.additional(), at);
                }
            } else if (!keep) {
                unknown.add(at);
                object.remove(name);
            }
        }
    }
}
