package io.lembos.bootstrap.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.bootstrap.assembly.NodeRuntime;
import io.lembos.bootstrap.config.ClusterConfig;
import io.lembos.bootstrap.config.ClusterFiles;
import io.lembos.bootstrap.process.ServerProcess;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells whether a cluster runs, where it listens, and how its nodes and pods are. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description =
                "Show whether the cluster runs, where it listens and how its nodes are. Exit code 3 when it is down.")
public final class StatusCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DOWN = 3;

    @Mixin
    private ClusterOption cluster;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "json for machines.")
    private Optional<String> output;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (output.isPresent() && !output.get().equals("json")) {
            throw new UserError("-o knows json only, not \"" + output.get() + "\"");
        }
        ClusterConfig config = cluster.config();
        ObjectNode status = collect(config, cluster.files());
        if (output.isPresent()) {
            Terminal.line(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(status));
        } else {
            print(status);
        }
        return status.path("running").asBoolean() ? 0 : DOWN;
    }

    private static ObjectNode collect(ClusterConfig config, ClusterFiles files)
            throws IOException, InterruptedException {
        ObjectNode status = JSON.createObjectNode();
        Optional<ProcessHandle> server = new ServerProcess(files).find();
        status.put("name", config.name());
        status.put("running", server.isPresent());
        server.ifPresent(p -> status.put("pid", p.pid()));
        status.put("server", config.server());
        status.put("dashboard", config.dashboard());
        status.put("store", config.store());
        status.put("runtime", config.runtime());
        status.put("runtimeEndpoint", endpoint(config, files));
        status.put("podCIDR", config.podCidr());
        status.put("home", files.root().toString());
        status.put("log", files.log().toString());
        if (server.isPresent()) {
            addNodes(status, config, new AdminClient(files));
        }
        return status;
    }

    private static String endpoint(ClusterConfig config, ClusterFiles files) {
        if (config.simulated()) {
            return "";
        }
        return NodeRuntime.endpoint(config, files).toString();
    }

    private static void addNodes(ObjectNode status, ClusterConfig config, AdminClient client)
            throws InterruptedException {
        try {
            JsonNode nodes = client.get(config.server() + "/api/v1/nodes");
            ArrayNode list = status.putArray("nodes");
            for (JsonNode node : nodes.path("items")) {
                list.addObject()
                        .put("name", node.path("metadata").path("name").asText())
                        .put("ready", new NodeView(node).isReady())
                        .put("simulated", new NodeView(node).isSimulated());
            }
            JsonNode pods = client.get(config.server() + "/api/v1/pods");
            int running = 0;
            for (JsonNode pod : pods.path("items")) {
                running += pod.path("status").path("phase").asText().equals("Running") ? 1 : 0;
            }
            status.put("pods", pods.path("items").size());
            status.put("podsRunning", running);
        } catch (IOException e) {
            status.put("error", e.getMessage());
        }
    }

    private static void print(ObjectNode status) {
        boolean running = status.path("running").asBoolean();
        Terminal.line(Terminal.bold(status.path("name").asText()) + ": "
                + (running ? "running (process " + status.path("pid").asText() + ")" : "down"));
        for (String field :
                new String[] {"server", "dashboard", "store", "runtime", "runtimeEndpoint", "podCIDR", "log"}) {
            if (!status.path(field).asText().isEmpty()) {
                Terminal.line(
                        String.format("  %-16s %s", field, status.path(field).asText()));
            }
        }
        printNodes(status.path("nodes"));
        if (status.has("pods")) {
            Terminal.line(String.format(
                    "  %-16s %d, %d running",
                    "pods",
                    status.path("pods").asInt(),
                    status.path("podsRunning").asInt()));
        }
        if (status.has("error")) {
            Terminal.line(
                    String.format("  %-16s %s", "error", status.path("error").asText()));
        }
    }

    /** Real nodes one by one, simulated ones, of which there may be thousands, as a number. */
    private static void printNodes(JsonNode nodes) {
        int simulated = 0;
        int ready = 0;
        for (JsonNode node : nodes) {
            boolean isReady = node.path("ready").asBoolean();
            if (node.path("simulated").asBoolean()) {
                simulated++;
                ready += isReady ? 1 : 0;
            } else {
                Terminal.line(String.format(
                        "  %-16s %s (%s)", "node", node.path("name").asText(), isReady ? "Ready" : "NotReady"));
            }
        }
        if (simulated > 0) {
            Terminal.line(String.format("  %-16s %d, %d ready", "simulated nodes", simulated, ready));
        }
    }
}
