package io.lembos.apiserver.usage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.quantity.Quantity;
import io.lembos.api.time.GoDuration;
import io.lembos.apiserver.schema.Times;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What a node agent says about use (k8s.io/kubelet, stats/v1alpha1) as objects of {@code metrics.k8s.io/v1beta1}, written as
 * metrics-server writes them. What has no speed yet has no object. Pure.
 */
public final class MetricsObjects {
    private static final String API_VERSION = "metrics.k8s.io/v1beta1";
    private static final int NANO_DIGITS = 9;
    /** Over which an agent measures that does not say it: cAdvisor's housekeeping. */
    private static final Duration WINDOW_USUAL = Duration.ofSeconds(10);

    private MetricsObjects() {}

    /**
     * @param node as it is stored
     * @param measured {@code node} of its agent's summary
     */
    public static Optional<ObjectNode> node(JsonNode node, JsonNode measured, Instant now) {
        if (!isMeasured(measured)) {
            return Optional.empty();
        }
        ObjectNode object = object("NodeMetrics", node, now);
        measure(object, measured.path("cpu"));
        object.set("usage", usage(measured));
        return Optional.of(object);
    }

    /**
     * @param pod as it is stored
     * @param measured the entry of {@code pods} of its node's summary
     */
    public static Optional<ObjectNode> pod(JsonNode pod, JsonNode measured, Instant now) {
        JsonNode containers = measured.path("containers");
        if (containers.isEmpty() || containers.valueStream().anyMatch(c -> !isMeasured(c))) {
            return Optional.empty();
        }
        ObjectNode object = object("PodMetrics", pod, now);
        JsonNode earliest = containers
                .valueStream()
                .map(c -> c.path("cpu"))
                .min((a, b) -> time(a).compareTo(time(b)))
                .orElseThrow();
        measure(object, earliest);
        ArrayNode list = object.putArray("containers");
        containers.forEach(container -> {
            ObjectNode entry =
                    list.addObject().put("name", container.path("name").asText());
            entry.set("usage", usage(container));
        });
        return Optional.of(object);
    }

    private static boolean isMeasured(JsonNode measured) {
        return measured.path("cpu").has("usageNanoCores")
                && measured.path("memory").has("workingSetBytes");
    }

    private static ObjectNode object(String kind, JsonNode of, Instant now) {
        ObjectNode object =
                JsonNodeFactory.instance.objectNode().put("kind", kind).put("apiVersion", API_VERSION);
        JsonNode measured = of.path("metadata");
        ObjectNode metadata = object.putObject("metadata");
        for (String field : new String[] {"name", "namespace", "labels"}) {
            if (measured.has(field)) {
                metadata.set(field, measured.get(field));
            }
        }
        metadata.put("creationTimestamp", Times.seconds(now));
        return object;
    }

    private static void measure(ObjectNode object, JsonNode cpu) {
        JsonNode nanos = cpu.path("usageWindowNanoSeconds");
        Duration window = nanos.isNumber() ? Duration.ofNanos(nanos.asLong()) : WINDOW_USUAL;
        object.put("timestamp", time(cpu)).put("window", GoDuration.of(window));
    }

    /** All in one form, which orders as the moments do. */
    private static String time(JsonNode cpu) {
        return cpu.path("time").asText();
    }

    private static ObjectNode usage(JsonNode measured) {
        BigDecimal cores = BigDecimal.valueOf(measured.at("/cpu/usageNanoCores").asLong(), NANO_DIGITS);
        BigDecimal bytes =
                BigDecimal.valueOf(measured.at("/memory/workingSetBytes").asLong());
        return JsonNodeFactory.instance
                .objectNode()
                .put("cpu", new Quantity(cores, Quantity.Form.DECIMAL).canonical())
                .put("memory", new Quantity(bytes, Quantity.Form.BINARY).canonical());
    }
}
