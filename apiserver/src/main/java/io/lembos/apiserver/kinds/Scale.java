package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** An object with replicas seen as {@code autoscaling/v1 Scale}, and a Scale written back. Pure but for its argument. */
public final class Scale {
    public static final String DEFINITION = "io.k8s.api.autoscaling.v1.Scale";

    private Scale() {}

    /** The Scale of a Deployment, ReplicaSet, StatefulSet or ReplicationController. */
    public static ObjectNode of(ObjectNode object) {
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
        int desired = object.path("spec").path("replicas").asInt(0);
        if (desired != 0) {
            spec.put("replicas", desired);
        }
        ObjectNode status = scale.putObject("status");
        status.put("replicas", object.path("status").path("replicas").asInt(0));
        String selector = selectorText(object.path("spec").path("selector"));
        if (!selector.isEmpty()) {
            status.put("selector", selector);
        }
        return scale;
    }

    /** Sets the replicas that a Scale asks for. */
    public static void apply(ObjectNode scale, ObjectNode object) {
        object.withObject("/spec")
                .put("replicas", scale.path("spec").path("replicas").asInt(0));
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
