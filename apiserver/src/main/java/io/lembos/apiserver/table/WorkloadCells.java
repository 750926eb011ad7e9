package io.lembos.apiserver.table;

import static io.lembos.apiserver.table.Cell.NONE;
import static io.lembos.apiserver.table.Cell.labels;
import static io.lembos.apiserver.table.Cell.number;
import static io.lembos.apiserver.table.Cell.orNone;
import static io.lembos.apiserver.table.Cell.since;
import static io.lembos.apiserver.table.Cell.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.lembos.apiserver.kinds.Scale;
import io.lembos.apiserver.schema.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

/** Computed cells of the kinds that keep pods, and of jobs. */
final class WorkloadCells {
    private WorkloadCells() {}

    static void addTo(Map<String, Cell> cells) {
        cells.put("desiredReplicas", number(o -> o.path("spec").path("replicas").asInt(0)));
        cells.put("currentReplicas", status("replicas"));
        cells.put("readyReplicas", status("readyReplicas"));
        cells.put("updatedReplicas", status("updatedReplicas"));
        cells.put("availableReplicas", status("availableReplicas"));
        cells.put(
                "deploymentReady",
                text(o -> o.path("status").path("readyReplicas").asInt(0) + "/"
                        + o.path("spec").path("replicas").asInt(0)));
        cells.put("workloadContainers", text(o -> each(podSpec(o), "name")));
        cells.put("workloadImages", text(o -> each(podSpec(o), "image")));
        cells.put("labelSelector", text(o -> selector(o.path("spec").path("selector"))));
        cells.put("mapSelector", text(o -> labels(o.path("spec").path("selector"))));
        cells.put("podSelector", text(o -> selector(o.path("spec").path("podSelector"))));
        cells.put("templateContainerNames", text(o -> each(o.path("template").path("spec"), "name")));
        cells.put("templateImages", text(o -> each(o.path("template").path("spec"), "image")));
        cells.put(
                "templateLabels",
                text(o -> labels(o.path("template").path("metadata").path("labels"))));
        cells.put("controllerOf", text(WorkloadCells::controller));
        addDaemonSets(cells);
        addJobs(cells);
    }

    private static void addDaemonSets(Map<String, Cell> cells) {
        cells.put("daemonDesired", status("desiredNumberScheduled"));
        cells.put("daemonCurrent", status("currentNumberScheduled"));
        cells.put("daemonReady", status("numberReady"));
        cells.put("daemonUpdated", status("updatedNumberScheduled"));
        cells.put("daemonAvailable", status("numberAvailable"));
        cells.put("daemonNodeSelector", text(o -> labels(podSpec(o).path("nodeSelector"))));
    }

    private static void addJobs(Map<String, Cell> cells) {
        cells.put("jobStatus", text(WorkloadCells::jobStatus));
        cells.put("jobCompletions", text(WorkloadCells::jobCompletions));
        cells.put("jobDuration", (o, now) -> TextNode.valueOf(jobDuration(o, now)));
        cells.put(
                "cronSuspend", text(o -> switch (o.path("spec").path("suspend").asText("")) {
                    case "true" -> "True";
                    case "false" -> "False";
                    default -> Cell.UNSET;
                }));
        cells.put("cronTimezone", text(o -> orNone(o.path("spec").path("timeZone"))));
        cells.put("cronActive", number(o -> o.path("status").path("active").size()));
        cells.put("cronLastSchedule", (o, now) -> {
            JsonNode last = o.path("status").path("lastScheduleTime");
            return TextNode.valueOf(last.isMissingNode() ? NONE : since(last, now));
        });
        cells.put("cronContainers", text(o -> each(jobTemplate(o), "name")));
        cells.put("cronImages", text(o -> each(jobTemplate(o), "image")));
    }

    private static Cell status(String field) {
        return number(o -> o.path("status").path(field).asInt(0));
    }

    private static JsonNode podSpec(JsonNode object) {
        return object.path("spec").path("template").path("spec");
    }

    private static JsonNode jobTemplate(JsonNode cronJob) {
        return podSpec(cronJob.path("spec").path("jobTemplate"));
    }

    private static String each(JsonNode podSpec, String field) {
        return podSpec.path("containers")
                .valueStream()
                .map(c -> c.path(field).asText(""))
                .collect(Collectors.joining(","));
    }

    private static String selector(JsonNode selector) {
        String text = Scale.selectorText(selector);
        return text.isEmpty() ? NONE : text;
    }

    private static String controller(JsonNode object) {
        return object.path("metadata")
                .path("ownerReferences")
                .valueStream()
                .filter(o -> o.path("controller").asBoolean(false))
                .map(WorkloadCells::qualified)
                .findFirst()
                .orElse(NONE);
    }

    private static String qualified(JsonNode owner) {
        String apiVersion = owner.path("apiVersion").asText("");
        String group = apiVersion.contains("/") ? "." + apiVersion.substring(0, apiVersion.indexOf('/')) : "";
        String kind = owner.path("kind").asText("").toLowerCase(java.util.Locale.ROOT);
        return kind + group + "/" + owner.path("name").asText("");
    }

    private static String jobStatus(ObjectNode job) {
        if (CoreCells.statusCondition(job, "Complete").equals("True")) {
            return "Complete";
        } else if (CoreCells.statusCondition(job, "Failed").equals("True")) {
            return "Failed";
        } else if (job.path("metadata").has("deletionTimestamp")) {
            return "Terminating";
        } else if (CoreCells.statusCondition(job, "Suspended").equals("True")) {
            return "Suspended";
        } else if (CoreCells.statusCondition(job, "FailureTarget").equals("True")) {
            return "FailureTarget";
        } else if (CoreCells.statusCondition(job, "SuccessCriteriaMet").equals("True")) {
            return "SuccessCriteriaMet";
        }
        return "Running";
    }

    private static String jobCompletions(JsonNode job) {
        int succeeded = job.path("status").path("succeeded").asInt(0);
        JsonNode completions = job.path("spec").path("completions");
        if (!completions.isMissingNode()) {
            return succeeded + "/" + completions.asInt();
        }
        int parallelism = job.path("spec").path("parallelism").asInt(0);
        return parallelism > 1 ? succeeded + "/1 of " + parallelism : succeeded + "/1";
    }

    private static String jobDuration(JsonNode job, Instant now) {
        JsonNode status = job.path("status");
        return Times.parse(status.path("startTime").asText(""))
                .map(start -> HumanDuration.of(Duration.between(
                        start,
                        Times.parse(status.path("completionTime").asText("")).orElse(now))))
                .orElse("");
    }
}
