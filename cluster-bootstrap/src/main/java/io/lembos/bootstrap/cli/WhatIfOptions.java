package io.lembos.bootstrap.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What should be different on paper. */
final class WhatIfOptions {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(names = "--cpu", paramLabel = "AMOUNT", description = "The pod's first container asked for this much CPU.")
    private Optional<String> cpu = Optional.empty();

    @Option(names = "--memory", paramLabel = "AMOUNT", description = "It asked for this much memory.")
    private Optional<String> memory = Optional.empty();

    @Option(
            names = "--tolerate",
            paramLabel = "KEY[=VALUE][:EFFECT]",
            description = "The pod tolerated this taint. Can be repeated.")
    private List<String> tolerate = new ArrayList<>();

    @Option(
            names = "--with-nodes",
            paramLabel = "COUNT[,KEY=VALUE...]",
            description = "There were that many more nodes. Keys: cpu (4), memory (32Gi), pods (110), zone, and labels"
                    + " by their names.")
    private Optional<String> withNodes = Optional.empty();

    @Option(names = "--without-node", paramLabel = "NODE", description = "The node were not there. Can be repeated.")
    private List<String> withoutNode = new ArrayList<>();

    @Option(
            names = "--uncordon",
            paramLabel = "NODE",
            description = "The node took pods, whatever its taints. Can be repeated.")
    private List<String> uncordon = new ArrayList<>();

    boolean isEmpty() {
        return cpu.isEmpty()
                && memory.isEmpty()
                && tolerate.isEmpty()
                && withNodes.isEmpty()
                && withoutNode.isEmpty()
                && uncordon.isEmpty();
    }

    /** @param pod as it is */
    ObjectNode edit(JsonNode pod) {
        ObjectNode edit = JSON.createObjectNode();
        ObjectNode spec = JSON.createObjectNode();
        if (cpu.isPresent() || memory.isPresent()) {
            ArrayNode containers = pod.path("spec").withArray("containers").deepCopy();
            ObjectNode requests =
                    ((ObjectNode) containers.get(0)).withObject("/resources").withObject("/requests");
            cpu.ifPresent(amount -> requests.put("cpu", amount));
            memory.ifPresent(amount -> requests.put("memory", amount));
            spec.set("containers", containers);
        }
        if (!tolerate.isEmpty()) {
            ArrayNode tolerations = pod.path("spec").path("tolerations") instanceof ArrayNode present
                    ? present.deepCopy()
                    : JSON.createArrayNode();
            tolerate.forEach(taint -> tolerations.add(toleration(taint)));
            spec.set("tolerations", tolerations);
        }
        if (!spec.isEmpty()) {
            edit.putObject("pod").set("spec", spec);
        }
        ArrayNode nodes = edit.putArray("nodes");
        withNodes.ifPresent(text -> add(nodes, text));
        withoutNode.forEach(name -> nodes.addObject().put("remove", name));
        for (String name : uncordon) {
            ObjectNode patch =
                    nodes.addObject().put("name", name).putObject("patch").putObject("spec");
            patch.putNull("unschedulable").putNull("taints");
        }
        return edit;
    }

    private static ObjectNode toleration(String text) {
        int colon = text.indexOf(':');
        String taint = colon < 0 ? text : text.substring(0, colon);
        int equals = taint.indexOf('=');
        ObjectNode toleration = JSON.createObjectNode();
        toleration.put("key", equals < 0 ? taint : taint.substring(0, equals));
        toleration.put("operator", equals < 0 ? "Exists" : "Equal");
        if (equals >= 0) {
            toleration.put("value", taint.substring(equals + 1));
        }
        if (colon >= 0) {
            toleration.put("effect", text.substring(colon + 1));
        }
        return toleration;
    }

    private static void add(ArrayNode nodes, String text) {
        String[] parts = text.split(",");
        int count;
        try {
            count = Integer.parseInt(parts[0]);
        } catch (NumberFormatException e) {
            throw new UserError("--with-nodes begins with a number, as in 2,cpu=8,memory=32Gi; not \"" + text + "\"");
        }
        for (int i = 1; i <= count; i++) {
            nodes.addObject().set("add", node("new-" + i, parts));
        }
    }

    private static ObjectNode node(String name, String[] parts) {
        ObjectNode node = JSON.createObjectNode();
        ObjectNode labels = node.putObject("metadata").put("name", name).putObject("labels");
        labels.put("kubernetes.io/hostname", name).put("kubernetes.io/os", "linux");
        node.putObject("spec");
        ObjectNode allocatable = node.putObject("status").putObject("allocatable");
        allocatable.put("cpu", "4").put("memory", "32Gi").put("pods", "110");
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals < 0) {
                throw new UserError("--with-nodes: write KEY=VALUE, not \"" + parts[i] + "\"");
            }
            String key = parts[i].substring(0, equals);
            String value = parts[i].substring(equals + 1);
            switch (key) {
                case "cpu", "memory", "pods", "ephemeral-storage" -> allocatable.put(key, value);
                case "zone" -> labels.put("topology.kubernetes.io/zone", value);
                default -> labels.put(key, value);
            }
        }
        return node;
    }
}
