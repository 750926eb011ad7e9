package io.lembos.bootstrap.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists real and simulated nodes. */
@Command(
        name = "list",
        aliases = "ls",
        mixinStandardHelpOptions = true,
        description =
                "List all nodes, real and simulated: whether they are ready, what they have, how many pods they run.")
public final class NodesListCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

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
        ClusterNodes nodes = ClusterNodes.of(cluster);
        List<NodeView> all = nodes.list();
        Map<String, Integer> pods = nodes.pods();
        if (output.isPresent()) {
            Terminal.line(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json(all, pods)));
        } else {
            table(all, pods, Instant.now()).forEach(Terminal::line);
        }
        return 0;
    }

    private static ObjectNode json(List<NodeView> nodes, Map<String, Integer> pods) {
        ObjectNode root = JSON.createObjectNode();
        ArrayNode list = root.putArray("nodes");
        for (NodeView node : nodes) {
            list.addObject()
                    .put("name", node.name())
                    .put("kind", node.kind())
                    .put("ready", node.isReady())
                    .put("status", node.status())
                    .put("failure", node.failure())
                    .put("zone", node.zone())
                    .put("cpu", node.allocatable("cpu"))
                    .put("memory", node.allocatable("memory"))
                    .put("pods", pods.getOrDefault(node.name(), 0))
                    .put("podsAllocatable", node.allocatable("pods"))
                    .put("created", node.created());
        }
        return root;
    }

    private static List<String> table(List<NodeView> nodes, Map<String, Integer> pods, Instant now) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("NAME", "KIND", "STATUS", "ZONE", "CPU", "MEMORY", "PODS", "AGE"));
        for (NodeView node : nodes) {
            rows.add(List.of(
                    node.name(),
                    node.kind(),
                    node.status(),
                    shown(node.zone()),
                    shown(node.allocatable("cpu")),
                    shown(node.allocatable("memory")),
                    pods.getOrDefault(node.name(), 0) + "/" + shown(node.allocatable("pods")),
                    age(Duration.between(Instant.parse(node.created()), now))));
        }
        return Columns.align(rows);
    }

    private static String shown(String value) {
        return value.isEmpty() ? "<none>" : value;
    }

    /** As kubectl shows ages: the coarser the longer. */
    static String age(Duration age) {
        if (age.toMinutes() < 2) {
            return Math.max(0, age.toSeconds()) + "s";
        }
        if (age.toHours() < 2) {
            return age.toMinutes() + "m";
        }
        return age.toDays() < 2 ? age.toHours() + "h" : age.toDays() + "d";
    }
}
