package io.lembos.apiserver.jsonpath;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A path into an object, in Kubernetes' notation: {@code .a.b}, {@code ['a.b']}, {@code [0]}, {@code [-1]}, {@code [0:2]},
 * {@code [*]}, {@code ..a}, {@code [?(@.type=="Ready")]}, and {@code \.} for a dot in a name. Immutable.
 */
public final class JsonPath {
    /** One step from values to the values that they hold. */
    sealed interface Step {
        void from(JsonNode value, List<JsonNode> found);

        /** A field of an object. */
        record Field(String name) implements Step {
            @Override
            public void from(JsonNode value, List<JsonNode> found) {
                if (value.has(name)) {
                    found.add(value.get(name));
                }
            }
        }

        /** Elements of a list; negative bounds count from its end. */
        record Slice(int from, int to, int step) implements Step {
            @Override
            public void from(JsonNode value, List<JsonNode> found) {
                int size = value.isArray() ? value.size() : 0;
                int begin = Math.max(0, from < 0 ? size + from : from);
                int end = to < 0 ? size + to : Math.min(size, to);
                for (int i = begin; i < end; i += Math.max(1, step)) {
                    found.add(value.get(i));
                }
            }
        }

        /** Everything that an object or a list holds. */
        record Each() implements Step {
            @Override
            public void from(JsonNode value, List<JsonNode> found) {
                value.forEach(found::add);
            }
        }

        /** Fields of that name at any depth. */
        record Deep(String name) implements Step {
            @Override
            public void from(JsonNode value, List<JsonNode> found) {
                if (value.has(name)) {
                    found.add(value.get(name));
                }
                value.forEach(inner -> from(inner, found));
            }
        }

        /** Elements for which a comparison holds. */
        record Filter(Comparison comparison) implements Step {
            @Override
            public void from(JsonNode value, List<JsonNode> found) {
                value.forEach(element -> {
                    if (comparison.holds(element)) {
                        found.add(element);
                    }
                });
            }
        }
    }

    private final List<Step> steps;

    private JsonPath(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    /**
     * Reads a path, with or without the braces of a template.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static JsonPath of(String text) {
        String plain = text.startsWith("{") && text.endsWith("}") ? text.substring(1, text.length() - 1) : text;
        return new JsonPath(new PathReader(plain).steps());
    }

    /** All values at the path, in order. */
    public List<JsonNode> find(JsonNode object) {
        List<JsonNode> values = List.of(object);
        for (Step step : steps) {
            List<JsonNode> next = new ArrayList<>();
            values.forEach(value -> step.from(value, next));
            values = next;
        }
        return values;
    }
}
