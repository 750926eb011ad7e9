package io.lembos.apiserver.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * JSON patch, RFC 6902, with Kubernetes' negative indexes. Pure: works on a copy, so that a patch applies as a whole or
 * not at all.
 *
 * <p>A malformed patch is a BadRequest; one that does not fit the object is Invalid, with the reason as its cause.
 */
public final class JsonPatch {
    private static final int OPERATIONS_MAX = 10_000;
    private static final Comparator<JsonNode> BY_VALUE = (a, b) -> {
        boolean equal = a.isNumber() && b.isNumber() && number(a).compareTo(number(b)) == 0 || a.equals(b);
        return equal ? 0 : 1;
    };

    private JsonNode document;

    private JsonPatch(JsonNode document) {
        this.document = document;
    }

    public static JsonNode apply(JsonNode target, JsonNode operations) {
        if (operations.size() > OPERATIONS_MAX) {
            throw ApiError.of(
                    Reason.RequestEntityTooLarge,
                    "The allowed maximum operations in a JSON patch is " + OPERATIONS_MAX + ", got "
                            + operations.size());
        }
        JsonPatch patch = new JsonPatch(target.deepCopy());
        operations.forEach(patch::step);
        return patch.document;
    }

    private static BigDecimal number(JsonNode node) {
        return node.decimalValue();
    }

    private void step(JsonNode operation) {
        String op = required(operation, "op").asText();
        List<String> path = pointer(required(operation, "path"));
        switch (op) {
            case "add" -> add(path, required(operation, "value").deepCopy(), op);
            case "remove" -> remove(path, op);
            case "replace" -> replace(path, required(operation, "value").deepCopy());
            case "move" -> move(pointer(required(operation, "from")), path);
            case "copy" -> add(path, get(pointer(required(operation, "from"))).deepCopy(), op);
            case "test" -> test(path, required(operation, "value"));
            default -> throw ApiError.badRequest("Unexpected kind: " + op);
        }
    }

    private static JsonNode required(JsonNode operation, String field) {
        if (!operation.isObject() || !operation.has(field)) {
            throw ApiError.badRequest("a JSON patch operation must have \"" + field + "\": " + operation);
        }
        return operation.get(field);
    }

    private void move(List<String> from, List<String> path) {
        if (path.size() > from.size() && path.subList(0, from.size()).equals(from)) {
            throw refused();
        }
        add(path, remove(from, "move"), "move");
    }

    private void replace(List<String> path, JsonNode value) {
        get(path);
        if (path.isEmpty()) {
            document = value;
        } else if (parent(path) instanceof ArrayNode list) {
            list.set(index(last(path), list.size() - 1, "replace"), value);
        } else {
            ((ObjectNode) parent(path)).set(last(path), value);
        }
    }

    private void test(List<String> path, JsonNode expected) {
        JsonNode actual = find(path);
        // A test for null also holds where there is nothing.
        boolean absentAsNull = actual == null && expected.isNull();
        if (!absentAsNull && (actual == null || !actual.equals(BY_VALUE, expected))) {
            throw refused();
        }
    }

    private void add(List<String> path, JsonNode value, String op) {
        if (path.isEmpty()) {
            document = value;
            return;
        }
        JsonNode parent = parent(path);
        if (parent instanceof ArrayNode list) {
            int at = last(path).equals("-") ? list.size() : index(last(path), list.size(), op);
            list.insert(at, value);
        } else if (parent instanceof ObjectNode object) {
            object.set(last(path), value);
        } else {
            throw refused();
        }
    }

    private JsonNode remove(List<String> path, String op) {
        JsonNode found = get(path);
        if (path.isEmpty()) {
            throw refused();
        }
        if (parent(path) instanceof ArrayNode list) {
            list.remove(index(last(path), list.size() - 1, op));
        } else {
            ((ObjectNode) parent(path)).remove(last(path));
        }
        return found;
    }

    private JsonNode get(List<String> path) {
        JsonNode found = find(path);
        if (found == null) {
            throw refused();
        }
        return found;
    }

    private JsonNode parent(List<String> path) {
        JsonNode found = find(path.subList(0, path.size() - 1));
        if (found == null || !found.isContainerNode()) {
            throw refused();
        }
        return found;
    }

    private JsonNode find(List<String> path) {
        JsonNode at = document;
        for (String step : path) {
            if (at instanceof ArrayNode list) {
                at = isIndex(step) && position(step, list.size()) >= 0 ? list.get(position(step, list.size())) : null;
            } else {
                at = at.get(step);
            }
            if (at == null) {
                return null;
            }
        }
        return at;
    }

    private static boolean isIndex(String step) {
        return step.matches("0|-?[1-9][0-9]{0,8}");
    }

    /** Negative indexes count from the end, as in Kubernetes. */
    private static int position(String step, int size) {
        int index = Integer.parseInt(step);
        return index < 0 ? size + index : index;
    }

    private static int index(String step, int max, String op) {
        if (!isIndex(step)) {
            throw refused();
        }
        int size = op.equals("add") || op.equals("move") || op.equals("copy") ? max : max + 1;
        int index = position(step, size);
        if (index < 0 || index > max) {
            throw refused();
        }
        return index;
    }

    private static String last(List<String> path) {
        return path.get(path.size() - 1);
    }

    private static List<String> pointer(JsonNode node) {
        String text = node.asText();
        if (!node.isTextual() || !text.isEmpty() && !text.startsWith("/")) {
            throw ApiError.badRequest("a JSON pointer must be empty or begin with \"/\": " + node);
        }
        List<String> steps = new ArrayList<>();
        if (!text.isEmpty()) {
            for (String step : text.substring(1).split("/", -1)) {
                steps.add(step.replace("~1", "/").replace("~0", "~"));
            }
        }
        return steps;
    }

    /** Kubernetes does not say why. */
    private static ApiError refused() {
        return ApiError.of(Reason.Invalid, "the server rejected our request due to an error in our request");
    }
}
