package io.lembos.apiserver.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.List;

/**
 * Kubernetes' own merge patch: like a merge patch, but lists whose schema says so merge by key or as sets, and a patch
 * can hold directives ({@code $patch}, {@code $retainKeys}, {@code $deleteFromPrimitiveList}, {@code $setElementOrder}).
 * Pure.
 *
 * <p>Where the schema knows nothing of a field, maps merge and lists are replaced.
 */
public final class StrategicMergePatch {
    static final String DIRECTIVE = "$patch";
    static final String RETAIN_KEYS = "$retainKeys";
    static final String DELETE_FROM = "$deleteFromPrimitiveList/";
    static final String SET_ORDER = "$setElementOrder/";

    private StrategicMergePatch() {}

    public static ObjectNode apply(ObjectNode original, ObjectNode patch, Schema schema) {
        return mergeMaps(original.deepCopy(), patch, schema);
    }

    /** Changes {@code original}, which must be a copy of the caller's own. */
    private static ObjectNode mergeMaps(ObjectNode original, ObjectNode patch, Schema schema) {
        switch (patch.path(DIRECTIVE).asText("merge")) {
            case "merge" -> {}
            case "replace" -> {
                return mergeMaps(original.objectNode(), patch.deepCopy().without(List.of(DIRECTIVE)), schema);
            }
            case "delete" -> {
                return original.objectNode();
            }
            default -> throw ApiError.badRequest("Unknown patch type found: " + patch.get(DIRECTIVE));
        }
        retainKeys(original, patch);
        patch.properties().forEach(entry -> {
            String key = entry.getKey();
            if (key.startsWith(DELETE_FROM)) {
                deleteFrom(original, key.substring(DELETE_FROM.length()), entry.getValue());
            }
        });
        patch.properties().forEach(entry -> {
            if (!isDirective(entry.getKey())) {
                mergeField(original, entry.getKey(), entry.getValue(), patch, schema);
            }
        });
        patch.properties().forEach(entry -> {
            String key = entry.getKey();
            if (key.startsWith(SET_ORDER) && !patch.has(key.substring(SET_ORDER.length()))) {
                reorder(original, key.substring(SET_ORDER.length()), entry.getValue(), schema);
            }
        });
        return original;
    }

    private static boolean isDirective(String key) {
        return key.equals(DIRECTIVE)
                || key.equals(RETAIN_KEYS)
                || key.startsWith(DELETE_FROM)
                || key.startsWith(SET_ORDER);
    }

    private static void mergeField(ObjectNode original, String key, JsonNode change, ObjectNode patch, Schema schema) {
        Schema property = schema == null ? null : schema.property(key);
        if (change.isNull()) {
            original.remove(key);
        } else if (change instanceof ObjectNode map) {
            boolean replaces = property != null && property.patchStrategies().contains("replace");
            ObjectNode before =
                    original.get(key) instanceof ObjectNode present && !replaces ? present : original.objectNode();
            boolean deleted = map.path(DIRECTIVE).asText("").equals("delete");
            if (deleted) {
                original.remove(key);
            } else {
                original.set(key, mergeMaps(before, map, property));
            }
        } else if (change instanceof ArrayNode list) {
            ArrayNode before = original.get(key) instanceof ArrayNode present ? present : original.arrayNode();
            JsonNode order = patch.get(SET_ORDER + key);
            original.set(key, mergeLists(before, list, order, property));
        } else {
            original.set(key, change);
        }
    }

    private static ArrayNode mergeLists(ArrayNode original, ArrayNode patch, JsonNode order, Schema schema) {
        if (schema == null || !schema.patchStrategies().contains("merge")) {
            return stripped(patch, schema);
        }
        MergedList merged = schema.mergeKey().isEmpty()
                ? MergedList.ofPrimitives(original, patch)
                : MergedList.ofMaps(original, patch, schema, StrategicMergePatch::mergeMaps);
        return merged.inOrder(order);
    }

    private static void reorder(ObjectNode original, String key, JsonNode order, Schema schema) {
        Schema property = schema == null ? null : schema.property(key);
        if (original.get(key) instanceof ArrayNode list && property != null) {
            original.set(key, mergeLists(list, list.arrayNode(), order, property));
        }
    }

    /** A list that replaces: directives and nulls inside it have nothing to act on. */
    private static ArrayNode stripped(ArrayNode patch, Schema schema) {
        ArrayNode result = patch.arrayNode();
        Schema items = schema == null ? null : schema.items();
        for (JsonNode element : patch) {
            boolean map = element.isObject();
            result.add(map ? mergeMaps(patch.objectNode(), (ObjectNode) element, items) : element.deepCopy());
        }
        return result;
    }

    /** {@code $retainKeys} clears everything that it does not name, so that one variant can follow another. */
    private static void retainKeys(ObjectNode original, ObjectNode patch) {
        JsonNode keys = patch.get(RETAIN_KEYS);
        if (keys == null) {
            return;
        }
        if (!keys.isArray()) {
            throw ApiError.badRequest("invalid patch format of retainKeys: " + keys);
        }
        List<String> names = new ArrayList<>();
        keys.forEach(k -> names.add(k.asText()));
        patch.properties().forEach(entry -> {
            boolean setsValue = !entry.getValue().isNull() && !isDirective(entry.getKey());
            if (setsValue && !names.contains(entry.getKey())) {
                throw ApiError.badRequest("invalid patch format of retainKeys: " + entry.getKey()
                        + " is set but is not in the list " + keys);
            }
        });
        original.retain(names);
    }

    private static void deleteFrom(ObjectNode original, String key, JsonNode values) {
        if (!values.isArray()) {
            throw ApiError.badRequest("invalid patch format of primitive list: " + values);
        }
        if (original.get(key) instanceof ArrayNode list) {
            ArrayNode kept = list.arrayNode();
            for (JsonNode element : list) {
                if (values.valueStream().noneMatch(element::equals)) {
                    kept.add(element);
                }
            }
            original.set(key, kept);
        }
    }
}
