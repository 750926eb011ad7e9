package io.lembos.scheduler.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One object of a configuration as it is read. Collects what is wrong in Kubernetes' words, each with the path of its field,
 * and goes on with the default, so that all mistakes are told at once. Belongs to one thread.
 */
final class Fields {
    private final JsonNode node;
    private final String path;
    private final List<String> errors;
    private final Set<String> known = new HashSet<>();

    Fields(JsonNode node, String path, List<String> errors) {
        this.node = node;
        this.path = path;
        this.errors = errors;
        if (!isAbsent(node) && !node.isObject()) {
            error(path, "Invalid value: " + node + ": must be an object");
        }
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    String path() {
        return path;
    }

    String path(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    boolean has(String name) {
        return !isAbsent(tree(name));
    }

    JsonNode tree(String name) {
        known.add(name);
        return node.path(name);
    }

    Fields object(String name) {
        return new Fields(tree(name), path(name), errors);
    }

    List<Fields> objects(String name) {
        List<Fields> all = new ArrayList<>();
        for (JsonNode each : list(name)) {
            all.add(new Fields(each, path(name) + "[" + all.size() + "]", errors));
        }
        return all;
    }

    List<String> texts(String name) {
        List<String> all = new ArrayList<>();
        for (JsonNode each : list(name)) {
            if (!each.isTextual()) {
                error(path(name) + "[" + all.size() + "]", "Invalid value: " + each + ": must be a string");
            }
            all.add(each.asText());
        }
        return all;
    }

    private JsonNode list(String name) {
        JsonNode list = tree(name);
        if (isAbsent(list) || list.isArray()) {
            return list;
        }
        invalid(name, list, "must be a list");
        return MissingNode.getInstance();
    }

    String text(String name, String otherwise) {
        JsonNode value = tree(name);
        if (isAbsent(value)) {
            return otherwise;
        }
        if (!value.isTextual()) {
            invalid(name, value, "must be a string");
            return otherwise;
        }
        return value.asText();
    }

    /** One of these. */
    String choice(String name, String otherwise, String... allowed) {
        String value = text(name, otherwise);
        if (List.of(allowed).contains(value)) {
            return value;
        }
        String supported = Arrays.stream(allowed).map(a -> '"' + a + '"').collect(Collectors.joining(", "));
        error(path(name), "Unsupported value: \"" + value + "\": supported values: " + supported);
        return otherwise;
    }

    int number(String name, int otherwise) {
        JsonNode value = tree(name);
        if (isAbsent(value)) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            invalid(name, value, "must be an integer");
            return otherwise;
        }
        return value.asInt();
    }

    int number(String name, int otherwise, int least, int most) {
        int value = number(name, otherwise);
        if (value < least || value > most) {
            invalid(name, value, "not in valid range [" + least + "-" + most + "]");
            return otherwise;
        }
        return value;
    }

    boolean flag(String name, boolean otherwise) {
        JsonNode value = tree(name);
        if (isAbsent(value)) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            invalid(name, value, "must be true or false");
            return otherwise;
        }
        return value.asBoolean();
    }

    void invalid(String name, Object value, String why) {
        String shown = value instanceof String text ? '"' + text + '"' : String.valueOf(value);
        error(path(name), "Invalid value: " + shown + ": " + why);
    }

    void required(String name, String why) {
        error(path(name), "Required value" + (why.isEmpty() ? "" : ": " + why));
    }

    void duplicate(String name, String value) {
        error(path(name), "Duplicate value: \"" + value + '"');
    }

    void forbidden(String name, String why) {
        error(path(name), "Forbidden: " + why);
    }

    private void error(String at, String what) {
        errors.add((at.isEmpty() ? "<root>" : at) + ": " + what);
    }

    /** Tells of fields that nobody has asked for. */
    void end() {
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                errors.add("unknown field \"" + path(name) + '"');
            }
        });
    }
}
