package io.lembos.bootstrap.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.meta.SimulationAnnotations;
import java.util.ArrayList;
import java.util.List;

/** A node as the API shows it, in the words of the node table. */
record NodeView(JsonNode object) {

    String name() {
        return object.path("metadata").path("name").asText();
    }

    boolean isSimulated() {
        return annotation(SimulationAnnotations.SIMULATED).equals("true") && agentPort() == 0;
    }

    String kind() {
        return isSimulated() ? "simulated" : "real";
    }

    boolean isReady() {
        return condition("Ready").equals("True");
    }

    /** As kubectl shows it, with the pressures that it keeps to itself. */
    String status() {
        List<String> words = new ArrayList<>();
        words.add(condition("Ready").isEmpty() ? "Unknown" : isReady() ? "Ready" : "NotReady");
        for (String bad : List.of("MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable")) {
            if (condition(bad).equals("True")) {
                words.add(bad);
            }
        }
        if (object.path("spec").path("unschedulable").asBoolean()) {
            words.add("SchedulingDisabled");
        }
        return String.join(",", words);
    }

    /** How it was told to fail; empty while it is well. */
    String failure() {
        return annotation(SimulationAnnotations.FAILURE);
    }

    String zone() {
        return object.path("metadata")
                .path("labels")
                .path("topology.kubernetes.io/zone")
                .asText();
    }

    String allocatable(String resource) {
        return object.path("status").path("allocatable").path(resource).asText();
    }

    String created() {
        return object.path("metadata").path("creationTimestamp").asText();
    }

    private int agentPort() {
        return object.path("status")
                .path("daemonEndpoints")
                .path("kubeletEndpoint")
                .path("Port")
                .asInt();
    }

    private String annotation(String name) {
        return object.path("metadata").path("annotations").path(name).asText();
    }

    private String condition(String type) {
        for (JsonNode condition : object.path("status").path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText();
            }
        }
        return "";
    }
}
