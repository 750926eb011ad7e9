package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.kinds.AutoscalerMetrics.Side;
import java.util.List;
import java.util.Optional;

/**
 * {@code autoscaling/v1} over {@code autoscaling/v2}. Version 1 has a field for the utilization of cpu alone; the other
 * metrics, the conditions and the behaviour stand in annotations of the object that it shows, so that one that is read and
 * written back loses nothing.
 */
public final class AutoscalerConversion implements KindConversion {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String VERSION = "autoscaling/v1";
    private static final String STORED_VERSION = "autoscaling/v2";
    private static final String PREFIX = "autoscaling.alpha.kubernetes.io/";
    private static final String METRICS = PREFIX + "metrics";
    private static final String CURRENT_METRICS = PREFIX + "current-metrics";
    private static final String CONDITIONS = PREFIX + "conditions";
    private static final String BEHAVIOR = PREFIX + "behavior";
    private static final int CPU_PERCENT = 80;

    @Override
    public ObjectNode toStorage(ObjectNode autoscaler) {
        ObjectNode stored = autoscaler.deepCopy().put("apiVersion", STORED_VERSION);
        ObjectNode annotations =
                stored.path("metadata").path("annotations") instanceof ObjectNode node ? node : stored.objectNode();
        ObjectNode spec = stored.withObjectProperty("spec");
        ArrayNode metrics = stored.arrayNode();
        JsonNode cpu = spec.remove("targetCPUUtilizationPercentage");
        if (cpu != null) {
            metrics.add(cpuTarget(stored, cpu.asInt()));
        }
        objects(taken(annotations, METRICS)).forEach(m -> metrics.add(AutoscalerMetrics.fromOld(m, Side.TARGET)));
        if (metrics.isEmpty()) {
            metrics.add(cpuTarget(stored, CPU_PERCENT));
        }
        spec.set("metrics", metrics);
        if (taken(annotations, BEHAVIOR) instanceof ObjectNode behavior && !behavior.isEmpty()) {
            spec.set("behavior", AutoscalerMetrics.renamed(behavior, AutoscalerMetrics::small));
        }
        if (stored.get("status") instanceof ObjectNode status) {
            if (status.path("currentReplicas").asInt(0) == 0) {
                status.remove("currentReplicas");
            }
            JsonNode current = status.remove("currentCPUUtilizationPercentage");
            if (current != null) {
                ObjectNode value = status.objectNode().put("averageUtilization", current.asInt());
                status.putArray("currentMetrics").add(cpu(stored, "current", value));
            }
            ArrayNode measured = stored.arrayNode();
            objects(taken(annotations, CURRENT_METRICS))
                    .forEach(m -> measured.add(AutoscalerMetrics.fromOld(m, Side.CURRENT)));
            set(measured, status, "currentMetrics");
            set(objects(taken(annotations, CONDITIONS)), status, "conditions");
        }
        if (annotations.isEmpty() && stored.get("metadata") instanceof ObjectNode metadata) {
            metadata.remove("annotations");
        }
        return stored;
    }

    @Override
    public Optional<ObjectNode> toServed(ObjectNode stored) {
        ObjectNode shown = stored.deepCopy().put("apiVersion", VERSION);
        ObjectNode spec = shown.withObjectProperty("spec");
        ArrayNode others = shown.arrayNode();
        JsonNode metrics = spec.path("metrics");
        for (JsonNode metric : metrics) {
            JsonNode percent = metric.at("/resource/target/averageUtilization");
            if (isCpu(metric) && percent.isInt() && !spec.has("targetCPUUtilizationPercentage")) {
                spec.set("targetCPUUtilizationPercentage", percent);
            } else {
                others.add(AutoscalerMetrics.toOld(metric, Side.TARGET));
            }
        }
        spec.remove("metrics");
        keep(others, METRICS, shown);
        JsonNode behavior = spec.remove("behavior");
        if (behavior != null) {
            keep(AutoscalerMetrics.renamed(behavior, AutoscalerMetrics::capital), BEHAVIOR, shown);
        }
        if (shown.get("status") instanceof ObjectNode status) {
            JsonNode current = status.remove("currentMetrics");
            ArrayNode measured = shown.arrayNode();
            for (JsonNode metric : current == null ? List.<JsonNode>of() : current) {
                measured.add(AutoscalerMetrics.toOld(metric, Side.CURRENT));
                JsonNode percent = metric.at("/resource/current/averageUtilization");
                if (isCpu(metric) && percent.isInt()) {
                    status.set("currentCPUUtilizationPercentage", percent);
                }
            }
            if (!status.has("currentReplicas")) {
                status.put("currentReplicas", 0);
            }
            keep(measured, CURRENT_METRICS, shown);
            keep(status.remove("conditions"), CONDITIONS, shown);
        }
        return Optional.of(shown);
    }

    private static boolean isCpu(JsonNode metric) {
        return metric.path("type").asText().equals("Resource")
                && metric.path("resource").path("name").asText().equals("cpu");
    }

    private static ObjectNode cpuTarget(ObjectNode nodes, int percent) {
        ObjectNode target =
                nodes.objectNode().put("averageUtilization", percent).put("type", "Utilization");
        return cpu(nodes, "target", target);
    }

    private static ObjectNode cpu(ObjectNode nodes, String field, ObjectNode value) {
        ObjectNode metric = nodes.objectNode();
        metric.putObject("resource").put("name", "cpu").set(field, value);
        return metric.put("type", "Resource");
    }

    private static void keep(JsonNode value, String annotation, ObjectNode shown) {
        if (value != null && !value.isEmpty()) {
            shown.withObjectProperty("metadata")
                    .withObjectProperty("annotations")
                    .put(annotation, value.toString());
        }
    }

    private static void set(ArrayNode values, ObjectNode to, String field) {
        if (!values.isEmpty()) {
            to.set(field, values);
        }
    }

    /** The objects of a list: somebody may have written anything into an annotation. */
    private static ArrayNode objects(JsonNode list) {
        ArrayNode objects = JSON.createArrayNode();
        if (list.isArray()) {
            list.valueStream().filter(JsonNode::isObject).forEach(objects::add);
        }
        return objects;
    }

    /** What an annotation holds; nothing where somebody wrote something else than JSON into it. */
    private static JsonNode taken(ObjectNode annotations, String annotation) {
        JsonNode text = annotations.remove(annotation);
        if (text == null) {
            return annotations.missingNode();
        }
        try {
            return JSON.readTree(text.asText());
        } catch (JsonProcessingException e) {
            return annotations.missingNode();
        }
    }
}
