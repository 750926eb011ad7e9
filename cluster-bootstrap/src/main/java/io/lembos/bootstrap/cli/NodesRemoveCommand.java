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

/** Removes simulated nodes, as if their machines had been taken away. */
@Command(
        name = "remove",
        aliases = "rm",
        mixinStandardHelpOptions = true,
        description = {
            "Remove simulated nodes, as if their machines were taken away: their pods go at once, and controllers replace"
                    + " them elsewhere. To move pods away first: kubectl drain NAME. Real nodes are never removed.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  ./lembos nodes remove sim-7 sim-8",
            "  ./lembos nodes remove --simulated 100      those with the highest numbers",
            "  ./lembos nodes remove --all                every simulated node"
        })
public final class NodesRemoveCommand implements Callable<Integer> {
    @Mixin
    private ClusterOption cluster;

    @Parameters(arity = "0..*", paramLabel = "NAME", description = "Which nodes.")
    private List<String> names = new ArrayList<>();

    @Option(names = "--simulated", paramLabel = "COUNT", description = "How many, the highest numbers first.")
    private Optional<Integer> count;

    @Option(names = "--all", description = "Every simulated node.")
    private boolean all;

    @Override
    public Integer call() throws IOException, InterruptedException {
        int ways = (names.isEmpty() ? 0 : 1) + (count.isPresent() ? 1 : 0) + (all ? 1 : 0);
        if (ways != 1) {
            throw new UserError("say which nodes to remove: names, or --simulated COUNT, or --all");
        }
        long begun = System.nanoTime();
        ClusterNodes nodes = ClusterNodes.of(cluster);
        List<String> doomed = chosen(nodes).stream().map(NodeView::name).toList();
        ManyRequests.send("removing nodes", doomed, nodes::delete);
        Terminal.done(
                doomed.size() == 1 ? "node " + doomed.get(0) + " removed" : doomed.size() + " nodes removed",
                (System.nanoTime() - begun) / 1_000_000);
        return 0;
    }

    private List<NodeView> chosen(ClusterNodes nodes) throws IOException, InterruptedException {
        if (!names.isEmpty()) {
            return nodes.simulated(names);
        }
        List<NodeView> simulated =
                nodes.list().stream().filter(NodeView::isSimulated).toList();
        if (all) {
            return simulated;
        }
        if (count.get() < 1 || count.get() > simulated.size()) {
            throw new UserError("--simulated " + count.get() + " cannot be: the cluster has " + simulated.size()
                    + " simulated nodes");
        }
        return simulated.subList(simulated.size() - count.get(), simulated.size());
    }
}
