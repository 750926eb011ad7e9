package io.lembos.bootstrap.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.meta.SimulationAnnotations;
import io.lembos.kubelet.simulated.CapacityAnnotation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Adds simulated nodes and waits until they are ready. */
@Command(
        name = "add",
        mixinStandardHelpOptions = true,
        description = {
            "Add simulated nodes to a running cluster and wait until they are ready. They are named PREFIX-1, PREFIX-2"
                    + " and so on, after those that are there.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  ./lembos nodes add --simulated 3",
            "  ./lembos nodes add --simulated 5000 --cpu 16 --memory 64Gi --pods 250 --zones 3",
            "  ./lembos nodes add --simulated 4 --prefix gpu --extended example.com/gpu=2 \\",
            "      --labels pool=gpu --taints example.com/gpu=present:NoSchedule"
        })
public final class NodesAddCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int ZONES_MAX = 1000;
    private static final int NODES_MAX = 100_000;
    private static final String LABEL_NAME =
            "([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?";

    @Mixin
    private ClusterOption cluster;

    @Option(names = "--simulated", required = true, paramLabel = "COUNT", description = "How many.")
    private int count;

    @Option(
            names = "--cpu",
            defaultValue = "4",
            paramLabel = "CPUS",
            description = "What each has, for example 4 or 500m. Default: ${DEFAULT-VALUE}.")
    private String cpu;

    @Option(
            names = "--memory",
            defaultValue = "32Gi",
            paramLabel = "BYTES",
            description = "What each has, for example 32Gi. Default: ${DEFAULT-VALUE}.")
    private String memory;

    @Option(
            names = "--pods",
            defaultValue = "110",
            paramLabel = "COUNT",
            description = "How many pods each takes. Default: ${DEFAULT-VALUE}.")
    private int pods;

    @Option(
            names = "--extended",
            split = ",",
            paramLabel = "RESOURCE=COUNT",
            description = "Further resources that each has, for example example.com/gpu=2.")
    private Map<String, String> extended = new LinkedHashMap<>();

    @Option(
            names = "--zones",
            defaultValue = "1",
            paramLabel = "COUNT",
            description = "Over how many zones they are spread in turn: zone-1, zone-2, … Default: ${DEFAULT-VALUE}.")
    private int zones;

    @Option(
            names = "--prefix",
            defaultValue = "sim",
            paramLabel = "PREFIX",
            description = "What their names begin with. Default: ${DEFAULT-VALUE}.")
    private String prefix;

    @Option(names = "--labels", split = ",", paramLabel = "KEY=VALUE", description = "Labels that each bears.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--taints",
            split = ",",
            paramLabel = "KEY[=VALUE]:EFFECT",
            description = "Taints that each bears; EFFECT is NoSchedule, PreferNoSchedule or NoExecute.")
    private List<String> taints = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        long begun = System.nanoTime();
        ClusterNodes nodes = ClusterNodes.of(cluster);
        int first = firstFree(nodes.list());
        List<ObjectNode> wanted = new ArrayList<>();
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < count; i++) {
            ObjectNode node = node(prefix + "-" + (first + i), (first + i - 1) % zones + 1);
            names.add(node.path("metadata").path("name").asText());
            wanted.add(node);
        }
        ManyRequests.send("adding nodes", wanted, nodes::create);
        nodes.awaitReady(names, "nodes ready");
        Terminal.done(
                count == 1
                        ? "node " + prefix + "-" + first + " added and ready"
                        : count + " nodes added and ready: " + prefix + "-" + first + " to " + prefix + "-"
                                + (first + count - 1),
                (System.nanoTime() - begun) / 1_000_000);
        return 0;
    }

    private void check() {
        require(count >= 1 && count <= NODES_MAX, "--simulated takes a number from 1 to " + NODES_MAX);
        require(zones >= 1 && zones <= ZONES_MAX, "--zones takes a number from 1 to " + ZONES_MAX);
        require(pods >= 0, "--pods takes a number that is not negative");
        require(CapacityAnnotation.isAmount(cpu), "--cpu takes an amount such as 4 or 500m, not \"" + cpu + "\"");
        require(
                CapacityAnnotation.isAmount(memory),
                "--memory takes an amount such as 32Gi or 512Mi, not \"" + memory + "\"");
        require(
                prefix.matches("[a-z0-9]([-a-z0-9.]{0,50}[a-z0-9])?"),
                "--prefix takes up to 52 lower-case letters, digits, '-' and '.', not \"" + prefix + "\"");
        extended.forEach((name, amount) -> require(
                name.contains("/") && name.matches(LABEL_NAME) && amount.matches("\\d{1,15}"),
                "--extended takes RESOURCE=COUNT such as example.com/gpu=2, not \"" + name + "=" + amount + "\""));
        labels.forEach((name, value) -> require(
                name.matches(LABEL_NAME) && value.matches("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?"),
                "--labels takes KEY=VALUE such as pool=blue, not \"" + name + "=" + value + "\""));
        taints.forEach(t -> require(
                t.matches(LABEL_NAME + "(=[-A-Za-z0-9_.]*)?:(NoSchedule|PreferNoSchedule|NoExecute)"),
                "--taints takes KEY[=VALUE]:EFFECT, where EFFECT is NoSchedule, PreferNoSchedule or NoExecute, not \""
                        + t + "\""));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new UserError(otherwise);
        }
    }

    /** The number after the highest of this prefix. */
    private int firstFree(List<NodeView> present) {
        return present.stream()
                        .map(NodeView::name)
                        .filter(n -> n.startsWith(prefix + "-"))
                        .map(n -> n.substring(prefix.length() + 1))
                        .filter(n -> n.matches("\\d{1,8}"))
                        .mapToInt(Integer::parseInt)
                        .max()
                        .orElse(0)
                + 1;
    }

    private ObjectNode node(String name, int zone) {
        ObjectNode node = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Node");
        ObjectNode metadata = node.putObject("metadata").put("name", name);
        ObjectNode borne = metadata.putObject("labels");
        borne.put("kubernetes.io/hostname", name)
                .put("kubernetes.io/os", "linux")
                .put("kubernetes.io/arch", "amd64")
                .put("node.kubernetes.io/instance-type", "simulated")
                .put("topology.kubernetes.io/region", "region-1")
                .put("topology.kubernetes.io/zone", "zone-" + zone);
        labels.forEach(borne::put);
        StringBuilder capacity = new StringBuilder("cpu=" + cpu + ",memory=" + memory + ",pods=" + pods);
        extended.forEach((resource, amount) ->
                capacity.append(',').append(resource).append('=').append(amount));
        metadata.putObject("annotations")
                .put(SimulationAnnotations.SIMULATED, "true")
                .put(SimulationAnnotations.CAPACITY, capacity.toString());
        var list = node.putObject("spec").putArray("taints");
        for (String taint : taints) {
            int colon = taint.lastIndexOf(':');
            String[] pair = taint.substring(0, colon).split("=", 2);
            ObjectNode made = list.addObject().put("key", pair[0]);
            if (pair.length == 2) {
                made.put("value", pair[1]);
            }
            made.put("effect", taint.substring(colon + 1));
        }
        return node;
    }
}
