package io.lembos.apiserver.table;

import static io.lembos.apiserver.table.Cell.NONE;
import static io.lembos.apiserver.table.Cell.UNKNOWN;
import static io.lembos.apiserver.table.Cell.UNSET;
import static io.lembos.apiserver.table.Cell.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Computed cells of autoscalers, in either of the two versions that are served. */
final class AutoscalerCells {
    private static final int METRICS_SHOWN_MAX = 2;

    private AutoscalerCells() {}

    static void addTo(Map<String, Cell> cells) {
        cells.put("hpaReference", text(o -> {
            JsonNode target = o.path("spec").path("scaleTargetRef");
            return target.path("kind").asText("") + "/" + target.path("name").asText("");
        }));
        cells.put("hpaTargets", text(AutoscalerCells::targets));
        cells.put("hpaMinPods", text(o -> o.path("spec").path("minReplicas").asText(UNSET)));
        cells.put("hpaMaxPods", text(o -> o.path("spec").path("maxReplicas").asText("0")));
        cells.put(
                "hpaReplicas",
                text(o -> o.path("status").path("currentReplicas").asText("0")));
    }

    private static String targets(JsonNode autoscaler) {
        JsonNode spec = autoscaler.path("spec");
        if (spec.has("targetCPUUtilizationPercentage")) {
            String current = autoscaler
                    .path("status")
                    .path("currentCPUUtilizationPercentage")
                    .asText("");
            return "cpu: " + (current.isEmpty() ? UNKNOWN : current + "%") + "/"
                    + spec.path("targetCPUUtilizationPercentage").asText() + "%";
        }
        JsonNode statuses = autoscaler.path("status").path("currentMetrics");
        List<String> shown = new ArrayList<>();
        JsonNode metrics = spec.path("metrics");
        for (int i = 0; i < metrics.size(); i++) {
            shown.add(metric(metrics.get(i), statuses.path(i)));
        }
        if (shown.isEmpty()) {
            return NONE;
        }
        String text = String.join(", ", shown.subList(0, Math.min(METRICS_SHOWN_MAX, shown.size())));
        int more = shown.size() - METRICS_SHOWN_MAX;
        return more > 0 ? text + " + " + more + " more..." : text;
    }

    private static String metric(JsonNode spec, JsonNode status) {
        return switch (spec.path("type").asText("")) {
            case "External" -> amount(spec.path("external"), status.path("external"));
            case "Object" -> amount(spec.path("object"), status.path("object"));
            case "Pods" ->
                current(status.path("pods"), "averageValue") + "/"
                        + spec.at("/pods/target/averageValue").asText("");
            case "Resource" -> resource(spec.path("resource"), status.path("resource"));
            case "ContainerResource" -> resource(spec.path("containerResource"), status.path("containerResource"));
            default -> "<unknown type>";
        };
    }

    private static String amount(JsonNode source, JsonNode status) {
        JsonNode target = source.path("target");
        return target.has("averageValue")
                ? current(status, "averageValue") + "/"
                        + target.path("averageValue").asText() + " (avg)"
                : current(status, "value") + "/" + target.path("value").asText("");
    }

    private static String resource(JsonNode source, JsonNode status) {
        JsonNode target = source.path("target");
        String name = source.path("name").asText("") + ": ";
        if (target.has("averageValue")) {
            return name + current(status, "averageValue") + "/"
                    + target.path("averageValue").asText();
        }
        String now = current(status, "averageUtilization");
        String wanted = target.path("averageUtilization").asText("");
        return name + (now.equals(UNKNOWN) ? now : now + "%") + "/" + (wanted.isEmpty() ? "<auto>" : wanted + "%");
    }

    private static String current(JsonNode status, String field) {
        return status.path("current").path(field).asText(UNKNOWN);
    }
}
