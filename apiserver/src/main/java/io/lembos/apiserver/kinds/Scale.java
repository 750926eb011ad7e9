package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** An object with replicas seen as {@code autoscaling/v1 Scale}, and a Scale written back. Pure but for its argument. */
public final class Scale {
    public static final String DEFINITION = "io.k8s.api.autoscaling.v1.Scale";

    /** How a Scale is shown in a table. */
    public static final List<Kind.Column> COLUMNS = List.of(
            new Kind.Column("Name", "string", ".metadata.name", 0),
            new Kind.Column("Desired", "integer", ".spec.replicas", 0),
            new Kind.Column("Available", "integer", ".status.replicas", 0),
            new Kind.Column("Age", "date", ".metadata.creationTimestamp", 0));

    /**
     * Where the numbers stand in an object, as paths with dots.
     *
     * @param selector of a selector as text, {@code @labels} for the label selector in the spec, empty for none
     */
    public record Paths(String specReplicas, String statusReplicas, String selector) {
        /** As in Deployment, ReplicaSet, StatefulSet and ReplicationController. */
        public static final Paths STANDARD = new Paths(".spec.replicas", ".status.replicas", "@labels");

        /** Those of a kind. */
        public static Paths of(Kind kind) {
            return kind.custom().map(CustomForm::scale).orElse(STANDARD);
        }
    }

    private Scale() {}

    /** The Scale of an object. */
    public static ObjectNode of(Paths paths, ObjectNode object) {
        ObjectNode scale = JsonNodeFactory.instance.objectNode();
        scale.put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        ObjectNode meta = scale.putObject("metadata");
        for (String field : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            JsonNode value = object.path("metadata").get(field);
            if (value != null) {
                meta.set(field, value);
            }
        }
        ObjectNode spec = scale.putObject("spec");
        int desired = at(object, paths.specReplicas()).asInt(0);
        if (desired != 0) {
            spec.put("replicas", desired);
        }
        ObjectNode status = scale.putObject("status");
        status.put("replicas", at(object, paths.statusReplicas()).asInt(0));
        String selector = switch (paths.selector()) {
            case "" -> "";
            case "@labels" -> selectorText(object.path("spec").path("selector"));
            default -> at(object, paths.selector()).asText("");
        };
        if (!selector.isEmpty()) {
            status.put("selector", selector);
        }
        return scale;
    }

    /** Sets the replicas that a Scale asks for. */
    public static void apply(Paths paths, ObjectNode scale, ObjectNode object) {
        String[] steps = paths.specReplicas().substring(1).split("\\.");
        ObjectNode parent = object;
        for (int i = 0; i < steps.length - 1; i++) {
            parent = parent.get(steps[i]) instanceof ObjectNode present ? present : parent.putObject(steps[i]);
        }
        parent.put(steps[steps.length - 1], scale.path("spec").path("replicas").asInt(0));
    }

    private static JsonNode at(JsonNode object, String path) {
        JsonNode value = object;
        for (String step : path.substring(1).split("\\.")) {
            value = value.path(step);
        }
        return value;
    }

    /** A label selector, or a plain map of labels, in the form of the query parameter. */
    public static String selectorText(JsonNode selector) {
        List<String> parts = new ArrayList<>();
        boolean plain = !selector.has("matchLabels") && !selector.has("matchExpressions");
        JsonNode labels = plain ? selector : selector.path("matchLabels");
        labels.properties().stream()
                .map(e -> e.getKey() + "=" + e.getValue().asText())
                .sorted()
                .forEach(parts::add);
        selector.path("matchExpressions").forEach(e -> parts.add(requirement(e)));
        return String.join(",", parts);
    }

    private static String requirement(JsonNode expression) {
        String key = expression.path("key").asText();
        List<String> values = expression
                .path("values")
                .valueStream()
                .map(JsonNode::asText)
                .sorted()
                .toList();
        String list = "(" + String.join(",", values) + ")";
        return switch (expression.path("operator").asText()) {
            case "In" -> key + " in " + list;
            case "NotIn" -> key + " notin " + list;
            case "DoesNotExist" -> "!" + key;
            default -> key;
        };
    }
}
