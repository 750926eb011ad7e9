package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Metrics and behaviour of an autoscaler in the forms in which annotations of {@code autoscaling/v1} hold them: metrics
 * without targets of their own, behaviour with capital letters. Pure.
 */
final class AutoscalerMetrics {
    /** In one order, so that the same object has always the same bytes. */
    private static final Map<String, String> AMOUNTS = Collections.unmodifiableMap(new TreeMap<>(
            Map.of("averageUtilization", "AverageUtilization", "averageValue", "AverageValue", "value", "Value")));

    /** Whether a metric says what is wanted or what is. */
    enum Side {
        TARGET,
        CURRENT;

        private String word() {
            return this == TARGET ? "target" : "current";
        }
    }

    private AutoscalerMetrics() {}

    /** A metric of version 2 in the old form. */
    static ObjectNode toOld(JsonNode metric, Side side) {
        ObjectNode old = ((ObjectNode) metric).objectNode();
        metric.properties().forEach(field -> {
            boolean source = field.getValue() instanceof ObjectNode;
            old.set(field.getKey(), source ? oldSource(field.getKey(), field.getValue(), side) : field.getValue());
        });
        return old;
    }

    private static ObjectNode oldSource(String type, JsonNode source, Side side) {
        ObjectNode old = ((ObjectNode) source).objectNode();
        source.properties().forEach(field -> {
            switch (field.getKey()) {
                case "metric" -> {
                    copy(field.getValue(), "name", old, "metricName");
                    copy(field.getValue(), "selector", old, selector(type));
                }
                case "describedObject" -> old.set("target", field.getValue());
                case "target", "current" ->
                    AMOUNTS.forEach(
                            (amount, word) -> copy(field.getValue(), amount, old, oldAmount(type, amount, word, side)));
                default -> old.set(field.getKey(), field.getValue());
            }
        });
        return old;
    }

    /** A metric in the old form as one of version 2. */
    static ObjectNode fromOld(JsonNode old, Side side) {
        ObjectNode metric = ((ObjectNode) old).objectNode();
        old.properties().forEach(field -> {
            boolean source = field.getValue() instanceof ObjectNode;
            metric.set(field.getKey(), source ? source(field.getKey(), field.getValue(), side) : field.getValue());
        });
        return metric;
    }

    private static ObjectNode source(String type, JsonNode old, Side side) {
        ObjectNode source = ((ObjectNode) old).objectNode();
        copy(old, "name", source, "name");
        copy(old, "container", source, "container");
        if (old.has("metricName")) {
            ObjectNode metric = source.putObject("metric");
            copy(old, "metricName", metric, "name");
            copy(old, selector(type), metric, "selector");
        }
        if (old.path("target").isObject()) {
            source.set("describedObject", old.get("target"));
        }
        ObjectNode amounts = source.putObject(side.word());
        AMOUNTS.forEach((amount, word) -> copy(old, oldAmount(type, amount, word, side), amounts, amount));
        if (side == Side.TARGET) {
            amounts.put(
                    "type",
                    amounts.has("averageUtilization")
                            ? "Utilization"
                            : amounts.has("averageValue") ? "AverageValue" : "Value");
        }
        return source;
    }

    /** Behaviour with the names of its fields as Go spells them, or back. */
    static JsonNode renamed(JsonNode behavior, UnaryOperator<String> name) {
        if (behavior instanceof ObjectNode object) {
            ObjectNode result = object.objectNode();
            object.properties().forEach(f -> result.set(name.apply(f.getKey()), renamed(f.getValue(), name)));
            return result;
        }
        if (behavior instanceof ArrayNode list) {
            ArrayNode result = list.arrayNode();
            list.forEach(element -> result.add(renamed(element, name)));
            return result;
        }
        return behavior;
    }

    static String capital(String name) {
        return name.isEmpty() ? name : Character.toUpperCase(name.charAt(0)) + name.substring(1);
    }

    static String small(String name) {
        return name.isEmpty() ? name : Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    private static String oldAmount(String type, String amount, String word, Side side) {
        return type.equals("object") && amount.equals("averageValue") ? amount : side.word() + word;
    }

    private static String selector(String type) {
        return type.equals("external") ? "metricSelector" : "selector";
    }

    private static void copy(JsonNode from, String field, ObjectNode to, String name) {
        if (from.has(field)) {
            to.set(name, from.get(field));
        }
    }
}
