package io.lembos.apiserver.table;

import static io.lembos.apiserver.table.Cell.NONE;
import static io.lembos.apiserver.table.Cell.number;
import static io.lembos.apiserver.table.Cell.orNone;
import static io.lembos.apiserver.table.Cell.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.apiserver.kinds.Scale;
import java.time.Duration;
import java.util.Map;

/** Computed cells of the kinds that govern the API server: certificates, admission, flow control, aggregation. */
final class ServerCells {
    private ServerCells() {}

    static void addTo(Map<String, Cell> cells) {
        cells.put("csrSigner", text(o -> orNone(o.path("spec").path("signerName"))));
        cells.put("csrDuration", text(o -> {
            JsonNode seconds = o.path("spec").path("expirationSeconds");
            return seconds.isMissingNode() ? NONE : HumanDuration.of(Duration.ofSeconds(seconds.asLong()));
        }));
        cells.put("csrCondition", text(ServerCells::csrCondition));
        addAdmission(cells);
        addFlowControl(cells);
        cells.put("apiService", text(o -> {
            JsonNode service = o.path("spec").path("service");
            return service.isMissingNode()
                    ? "Local"
                    : service.path("namespace").asText("") + "/"
                            + service.path("name").asText("");
        }));
        cells.put("apiAvailable", text(ServerCells::apiAvailable));
    }

    private static String csrCondition(JsonNode request) {
        String text = has(request, "Denied") ? "Denied" : has(request, "Approved") ? "Approved" : "Pending";
        if (has(request, "Failed")) {
            text += ",Failed";
        }
        boolean issued = !request.path("status").path("certificate").asText("").isEmpty();
        return issued ? text + ",Issued" : text;
    }

    private static boolean has(JsonNode object, String condition) {
        return !CoreCells.statusCondition(object, condition).isEmpty();
    }

    private static void addAdmission(Map<String, Cell> cells) {
        cells.put("webhooksCount", number(o -> o.path("webhooks").size()));
        cells.put(
                "validationsCount",
                number(o -> o.path("spec").path("validations").size()));
        cells.put("mutationsCount", number(o -> o.path("spec").path("mutations").size()));
        cells.put("paramKind", text(o -> {
            JsonNode kind = o.path("spec").path("paramKind");
            return kind.isMissingNode()
                    ? Cell.UNSET
                    : kind.path("apiVersion").asText("") + "/"
                            + kind.path("kind").asText("");
        }));
        cells.put("paramRef", text(ServerCells::paramRef));
    }

    private static String paramRef(JsonNode binding) {
        JsonNode ref = binding.path("spec").path("paramRef");
        if (ref.isMissingNode()) {
            return Cell.UNSET;
        }
        String name = ref.path("name").asText("");
        String namespace = ref.path("namespace").asText("");
        if (name.isEmpty()) {
            return Scale.selectorText(ref.path("selector"));
        }
        return (namespace.isEmpty() ? "*" : namespace) + "/" + name;
    }

    private static void addFlowControl(Map<String, Cell> cells) {
        cells.put(
                "flowPrecedence",
                number(o -> o.path("spec").path("matchingPrecedence").asLong(0)));
        cells.put(
                "flowDistinguisher",
                text(o -> orNone(o.path("spec").path("distinguisherMethod").path("type"))));
        cells.put("flowMissing", text(o -> {
            String dangling = CoreCells.statusCondition(o, "Dangling");
            return dangling.isEmpty() ? "?" : dangling;
        }));
        cells.put("levelShares", text(o -> orNone(o.path("spec").path("limited").path("nominalConcurrencyShares"))));
        cells.put("levelQueues", text(o -> orNone(queuing(o).path("queues"))));
        cells.put("levelHandSize", text(o -> orNone(queuing(o).path("handSize"))));
        cells.put("levelQueueLength", text(o -> orNone(queuing(o).path("queueLengthLimit"))));
    }

    private static JsonNode queuing(JsonNode level) {
        return level.path("spec").path("limited").path("limitResponse").path("queuing");
    }

    /** The status of the condition, with the reason where it is not available. */
    private static String apiAvailable(JsonNode service) {
        for (JsonNode condition : service.path("status").path("conditions")) {
            if (condition.path("type").asText("").equals("Available")) {
                String status = condition.path("status").asText("");
                return status.equals("True")
                        ? status
                        : status + " (" + condition.path("reason").asText("") + ")";
            }
        }
        return "Unknown";
    }
}
