package io.lembos.bootstrap.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Ends the failure of simulated nodes. */
@Command(
        name = "recover",
        mixinStandardHelpOptions = true,
        description = "End what ./lembos nodes fail began.",
        footer = {"", "Examples:", "  ./lembos nodes recover sim-1", "  ./lembos nodes recover --all"})
public final class NodesRecoverCommand implements Callable<Integer> {
    @Mixin
    private ClusterOption cluster;

    @Parameters(arity = "0..*", paramLabel = "NAME", description = "Which nodes.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--all", description = "Every node that was made to fail.")
    private boolean all;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (all != names.isEmpty()) {
            throw new UserError("say which nodes are to recover: names, or --all");
        }
        ClusterNodes nodes = ClusterNodes.of(cluster);
        List<NodeView> chosen = all
                ? nodes.list().stream()
                        .filter(n -> n.isSimulated() && !n.failure().isEmpty())
                        .toList()
                : nodes.simulated(names);
        NodesFailCommand.change(nodes, chosen, Optional.empty());
        for (NodeView node : chosen) {
            Terminal.line("node " + node.name()
                    + (node.failure().isEmpty() ? " was well" : " recovers from: " + node.failure()));
        }
        if (chosen.isEmpty()) {
            Terminal.line("no node was made to fail");
        }
        return 0;
    }
}
