package io.lembos.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.schema.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a pod is doing, in one word: the phase, unless init containers, containers or a deletion have more to say. Counts
 * ready containers and restarts on the way.
 */
final class PodStatusText {
    private final JsonNode pod;
    private final Set<String> sidecars = new HashSet<>();
    private int ready;
    private int total;
    private int restarts;
    private int sidecarRestarts;
    private Instant lastRestart = Instant.MIN;
    private Instant lastSidecarRestart = Instant.MIN;
    private String reason;

    private PodStatusText(JsonNode pod) {
        this.pod = pod;
    }

    static PodStatusText of(ObjectNode pod) {
        PodStatusText text = new PodStatusText(pod);
        text.read();
        return text;
    }

    String status() {
        return reason;
    }

    String ready() {
        return ready + "/" + total;
    }

    String restarts(Instant now) {
        if (restarts == 0 || lastRestart.equals(Instant.MIN)) {
            return String.valueOf(restarts);
        }
        return restarts + " (" + HumanDuration.of(Duration.between(lastRestart, now)) + " ago)";
    }

    private void read() {
        JsonNode status = pod.path("status");
        reason = status.path("reason").asText(status.path("phase").asText(""));
        status.path("conditions").forEach(c -> {
            if (c.path("type").asText().equals("PodScheduled")
                    && c.path("reason").asText().equals("SchedulingGated")) {
                reason = "SchedulingGated";
            }
        });
        total = pod.path("spec").path("containers").size();
        pod.path("spec").path("initContainers").forEach(c -> {
            if (c.path("restartPolicy").asText().equals("Always")) {
                sidecars.add(c.path("name").asText());
                total++;
            }
        });
        boolean initializing = readInitContainers(status.path("initContainerStatuses"));
        if (!initializing || hasCondition("Initialized")) {
            readContainers(status.path("containerStatuses"));
        }
        readDeletion(status);
    }

    private void readDeletion(JsonNode status) {
        if (!pod.path("metadata").has("deletionTimestamp")) {
            return;
        }
        boolean terminal =
                List.of("Succeeded", "Failed").contains(status.path("phase").asText());
        if (status.path("reason").asText().equals("NodeLost")) {
            reason = "Unknown";
        } else if (!terminal) {
            reason = "Terminating";
        }
    }

    /** Stops at the first container that is not done; returns whether there is one. */
    private boolean readInitContainers(JsonNode statuses) {
        for (int i = 0; i < statuses.size(); i++) {
            JsonNode container = statuses.get(i);
            JsonNode ended = container.path("state").path("terminated");
            boolean sidecar = sidecars.contains(container.path("name").asText());
            restarts += container.path("restartCount").asInt();
            lastRestart = latest(lastRestart, container);
            if (sidecar) {
                sidecarRestarts += container.path("restartCount").asInt();
                lastSidecarRestart = latest(lastSidecarRestart, container);
            }
            if (ended.isObject() && ended.path("exitCode").asInt() == 0) {
                continue;
            }
            if (sidecar && container.path("started").asBoolean(false)) {
                ready += container.path("ready").asBoolean(false) ? 1 : 0;
                continue;
            }
            reason = "Init:" + initReason(container, ended, i);
            return true;
        }
        return false;
    }

    private String initReason(JsonNode container, JsonNode ended, int index) {
        String waiting = container.path("state").path("waiting").path("reason").asText("");
        if (ended.isObject()) {
            return endedReason(ended);
        } else if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) {
            return waiting;
        }
        return index + "/" + pod.path("spec").path("initContainers").size();
    }

    private void readContainers(JsonNode statuses) {
        restarts = sidecarRestarts;
        lastRestart = lastSidecarRestart;
        boolean running = false;
        for (int i = statuses.size() - 1; i >= 0; i--) {
            JsonNode container = statuses.get(i);
            JsonNode state = container.path("state");
            restarts += container.path("restartCount").asInt();
            lastRestart = latest(lastRestart, container);
            String waiting = state.path("waiting").path("reason").asText("");
            if (!waiting.isEmpty()) {
                reason = waiting;
            } else if (state.path("terminated").isObject()) {
                reason = endedReason(state.path("terminated"));
            } else if (container.path("ready").asBoolean(false)
                    && state.path("running").isObject()) {
                running = true;
                ready++;
            }
        }
        if (reason.equals("Completed") && running) {
            reason = hasCondition("Ready") ? "Running" : "NotReady";
        }
    }

    private static String endedReason(JsonNode ended) {
        String reason = ended.path("reason").asText("");
        if (!reason.isEmpty()) {
            return reason;
        }
        int signal = ended.path("signal").asInt(0);
        return signal != 0
                ? "Signal:" + signal
                : "ExitCode:" + ended.path("exitCode").asInt();
    }

    private static Instant latest(Instant known, JsonNode container) {
        String finished = container
                .path("lastState")
                .path("terminated")
                .path("finishedAt")
                .asText("");
        return Times.parse(finished).filter(t -> t.isAfter(known)).orElse(known);
    }

    private boolean hasCondition(String type) {
        return pod.path("status")
                .path("conditions")
                .valueStream()
                .anyMatch(c -> c.path("type").asText().equals(type)
                        && c.path("status").asText().equals("True"));
    }
}
