package io.lembos.bootstrap.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Nodes of a running cluster; simulated ones are added, removed, made to fail and to recover. */
@Command(
        name = "nodes",
        mixinStandardHelpOptions = true,
        description = {
            "List the cluster's nodes, and add simulated ones: to the scheduler, to controllers and to kubectl they are"
                    + " nodes like any other, but pods on them run no containers. Thousands fit beside the real node.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  ./lembos nodes add --simulated 100 --cpu 8 --memory 64Gi --zones 3",
            "  kubectl create deployment web --image=any --replicas=500",
            "  ./lembos nodes list",
            "  ./lembos nodes fail sim-7 --how disk-pressure",
            "  ./lembos nodes recover sim-7",
            "  ./lembos nodes remove --all",
            "",
            "A simulated node is a Node with the annotation lembos.io/simulated: \"true\", so kubectl apply makes one too;",
            "what it has stands in the annotation lembos.io/simulated-capacity (cpu=8,memory=64Gi), or in its status.",
            "Its pods run until they are deleted, or as their annotations say: lembos.io/simulated-run-for: 5s,",
            "lembos.io/simulated-exit-code: \"1\"."
        },
        subcommands = {
            NodesAddCommand.class,
            NodesListCommand.class,
            NodesRemoveCommand.class,
            NodesFailCommand.class,
            NodesRecoverCommand.class
        })
public final class NodesCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }
}
