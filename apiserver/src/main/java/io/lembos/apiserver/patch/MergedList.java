package io.lembos.apiserver.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A list of a strategic merge patch laid over a stored one: elements merge by key (or are a set), and end up in the order
 * that the patch asks for, with elements that only the server has kept as near to their old neighbours as possible.
 */
final class MergedList {
    /** Merges one element into another; the first may be changed. */
    @FunctionalInterface
    interface ElementMerge {
        ObjectNode merge(ObjectNode original, ObjectNode patch, Schema schema);
    }

    private final List<JsonNode> elements;
    private final Map<JsonNode, Integer> stored;
    private final List<JsonNode> patched;
    private final String mergeKey;

    private MergedList(List<JsonNode> elements, ArrayNode original, ArrayNode patch, String mergeKey) {
        this.elements = elements;
        this.stored = positions(original, mergeKey);
        this.patched = ids(patch, mergeKey);
        this.mergeKey = mergeKey;
    }

    static MergedList ofPrimitives(ArrayNode original, ArrayNode patch) {
        List<JsonNode> elements = new ArrayList<>();
        for (ArrayNode list : List.of(original, patch)) {
            for (JsonNode element : list) {
                if (!elements.contains(element)) {
                    elements.add(element);
                }
            }
        }
        return new MergedList(elements, original, patch, "");
    }

    static MergedList ofMaps(ArrayNode original, ArrayNode patch, Schema schema, ElementMerge merge) {
        String key = schema.mergeKey();
        List<JsonNode> elements = new ArrayList<>();
        boolean replaces = patch.valueStream().anyMatch(e -> directive(e).equals("replace"));
        if (!replaces) {
            original.forEach(elements::add);
        }
        for (JsonNode element : patch) {
            if (!(element instanceof ObjectNode change)) {
                throw ApiError.badRequest("expected a list of objects merged by " + key + ", found " + element);
            }
            if (!directive(change).equals("replace")) {
                mergeElement(elements, change, key, schema, merge);
            }
        }
        return new MergedList(elements, original, patch, key);
    }

    private static String directive(JsonNode element) {
        return element.path(StrategicMergePatch.DIRECTIVE).asText("");
    }

    private static void mergeElement(
            List<JsonNode> elements, ObjectNode change, String key, Schema schema, ElementMerge merge) {
        JsonNode id = change.get(key);
        if (id == null || id.isNull()) {
            throw ApiError.badRequest("map: " + change + " does not contain declared merge key: " + key);
        }
        if (directive(change).equals("delete")) {
            elements.removeIf(e -> id.equals(e.get(key)));
            return;
        }
        for (int i = 0; i < elements.size(); i++) {
            if (id.equals(elements.get(i).get(key))) {
                elements.set(i, merge.merge((ObjectNode) elements.get(i), change, schema.items()));
                return;
            }
        }
        elements.add(merge.merge(change.objectNode(), change, schema.items()));
    }

    private static Map<JsonNode, Integer> positions(ArrayNode list, String key) {
        Map<JsonNode, Integer> positions = new HashMap<>();
        for (int i = 0; i < list.size(); i++) {
            positions.putIfAbsent(id(list.get(i), key), i);
        }
        return positions;
    }

    private static JsonNode id(JsonNode element, String key) {
        return key.isEmpty() ? element : element.path(key);
    }

    private static List<JsonNode> ids(JsonNode list, String key) {
        return list.valueStream().map(e -> id(e, key)).distinct().toList();
    }

    /**
     * @param order the value of {@code $setElementOrder}, null for the order in which the patch itself names elements
     */
    ArrayNode inOrder(JsonNode order) {
        ArrayNode result = com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.arrayNode();
        List<JsonNode> wanted = order == null ? patched : ids(order, mergeKey);
        List<JsonNode> listed = new ArrayList<>();
        wanted.forEach(
                w -> elements.stream().filter(e -> w.equals(id(e, mergeKey))).forEach(listed::add));
        List<JsonNode> others =
                elements.stream().filter(e -> !wanted.contains(id(e, mergeKey))).toList();
        weave(others, listed).forEach(result::add);
        return result;
    }

    /** Inserts each element that the order does not name before the first later one that stood behind it in the store. */
    private List<JsonNode> weave(List<JsonNode> others, List<JsonNode> listed) {
        List<JsonNode> result = new ArrayList<>(listed);
        int from = 0;
        for (JsonNode other : others) {
            int at = from;
            while (at < result.size() && !stoodBehind(result.get(at), other)) {
                at++;
            }
            result.add(at, other);
            from = at + 1;
        }
        return result;
    }

    private boolean stoodBehind(JsonNode element, JsonNode other) {
        Integer a = stored.get(id(element, mergeKey));
        Integer b = stored.get(id(other, mergeKey));
        return a != null && b != null && a > b;
    }
}
