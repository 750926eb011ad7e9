package io.lembos.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Judges whether an applied configuration can be taken apart: only known fields, values of their types, items that can be
 * told from each other. What the values are is not looked at. Pure.
 */
final class AppliedCheck {
    private final List<String> errors = new ArrayList<>();

    private AppliedCheck() {}

    /** Empty, or everything that is wrong, in Kubernetes' words. */
    static String problems(JsonNode config, Schema schema) {
        AppliedCheck check = new AppliedCheck();
        check.value(config, new Structure(schema), "");
        List<String> errors = check.errors;
        return errors.size() < 2
                ? String.join("", errors)
                : "errors:\n"
                        + String.join("\n", errors.stream().map(e -> "  " + e).toList());
    }

    private void value(JsonNode value, Structure structure, String path) {
        Schema schema = structure.schema();
        if (schema == null || value.isNull()) {
            return;
        }
        switch (schema.type()) {
            case OBJECT -> {
                if (require(value.isObject(), "map", value, path)) {
                    entries(value, structure, path);
                }
            }
            case ARRAY -> {
                if (require(value.isArray(), "list", value, path)) {
                    items(value, structure, path);
                }
            }
            case STRING -> text(value, schema, path);
            case INTEGER, NUMBER -> require(value.isNumber(), "numeric (int or float)", value, path);
            case BOOLEAN -> require(value.isBoolean(), "boolean", value, path);
            case ANY -> {
                if (value.isObject()) {
                    entries(value, structure, path);
                } else if (value.isArray()) {
                    items(value, structure, path);
                }
            }
        }
    }

    /** Quantities and the like may come as numbers; whether they are right is judged later. */
    private void text(JsonNode value, Schema schema, String path) {
        boolean loose = schema.meaning() == Schema.Meaning.QUANTITY || schema.meaning() == Schema.Meaning.INT_OR_STRING;
        if (loose) {
            require(value.isValueNode(), "any scalar", value, path);
        } else {
            require(value.isTextual(), "string", value, path);
        }
    }

    private boolean require(boolean right, String type, JsonNode value, String path) {
        if (!right) {
            errors.add(prefixed(path, "expected " + type + ", got &value.valueUnstructured{Value:" + go(value) + "}"));
        }
        return right;
    }

    private void entries(JsonNode object, Structure structure, String path) {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            String below = path + "." + entry.getKey();
            structure
                    .known(entry.getKey())
                    .ifPresentOrElse(
                            field -> value(entry.getValue(), field, below),
                            () -> errors.add(prefixed(below, "field not declared in schema")));
        }
    }

    private void items(JsonNode list, Structure structure, String path) {
        boolean owned = structure.form(list) == Structure.Form.LIST;
        Set<PathElement> seen = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            JsonNode item = list.get(i);
            String below = path + "[" + i + "]";
            if (owned) {
                try {
                    PathElement element = structure.item(item);
                    below = path + element;
                    if (!seen.add(element)) {
                        errors.add(prefixed(path, "duplicate entries for key " + element));
                    }
                } catch (Structure.InvalidItemException e) {
                    errors.add(prefixed(path, "element " + i + ": " + e.getMessage()));
                    continue;
                }
            }
            value(item, structure.items(), below);
        }
    }

    private static String prefixed(String path, String message) {
        return path.isEmpty() ? message : path + ": " + message;
    }

    /** As Go's {@code %#v} shows an unstructured value. */
    private static String go(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> {
                List<String> entries = new ArrayList<>();
                value.properties().forEach(e -> entries.add('"' + e.getKey() + "\":" + go(e.getValue())));
                entries.sort(null);
                yield "map[string]interface {}{" + String.join(", ", entries) + "}";
            }
            case ARRAY ->
                "[]interface {}{"
                        + String.join(
                                ", ", value.valueStream().map(AppliedCheck::go).toList())
                        + "}";
            case NULL -> "interface {}(nil)";
            default -> Values.text(value);
        };
    }
}
