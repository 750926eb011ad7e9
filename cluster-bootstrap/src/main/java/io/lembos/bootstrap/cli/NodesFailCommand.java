package io.lembos.bootstrap.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.api.meta.SimulationAnnotations;
import io.lembos.kubelet.simulated.NodeFailure;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes simulated nodes fail. */
@Command(
        name = "fail",
        mixinStandardHelpOptions = true,
        description = {
            "Make simulated nodes fail, until ./lembos nodes recover. kubectl describe node shows it in the conditions.",
            "",
            "  not-ready         the agent says that its container runtime is down (Ready is False)",
            "  silent            nothing is heard of the agent: its lease runs out after 40 s (then Ready is Unknown),",
            "                    and pods on it neither start nor stop",
            "  disk-pressure     DiskPressure is True",
            "  memory-pressure   MemoryPressure is True",
            "  pid-pressure      PIDPressure is True",
            "  network           NetworkUnavailable is True, Ready is False",
            ""
        },
        footer = {"", "Example: ./lembos nodes fail sim-1 sim-2 --how silent"})
public final class NodesFailCommand implements Callable<Integer> {
    @Mixin
    private ClusterOption cluster;

    @Parameters(arity = "1..*", paramLabel = "NAME", description = "Which nodes.")
    private List<String> names;

    @Option(names = "--how", required = true, paramLabel = "FAILURE", description = "One of the words above.")
    private String how;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (NodeFailure.byWord(how).isEmpty()) {
            throw new UserError("--how knows " + String.join(", ", NodeFailure.words()) + "; not \"" + how + "\"");
        }
        ClusterNodes nodes = ClusterNodes.of(cluster);
        List<NodeView> chosen = nodes.simulated(names);
        change(nodes, chosen, Optional.of(how));
        chosen.forEach(n -> Terminal.line("node " + n.name() + " fails: " + how));
        return 0;
    }

    /** @param failure empty to recover */
    static void change(ClusterNodes nodes, List<NodeView> chosen, Optional<String> failure)
            throws IOException, InterruptedException {
        ObjectNode change = JsonNodeFactory.instance.objectNode();
        change.putObject("metadata").putObject("annotations").put(SimulationAnnotations.FAILURE, failure.orElse(null));
        ManyRequests.send("changing nodes", chosen, node -> nodes.patch(node.name(), change));
        Terminal.clear();
    }
}
