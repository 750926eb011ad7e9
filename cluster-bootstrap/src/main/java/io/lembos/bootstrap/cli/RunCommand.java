package io.lembos.bootstrap.cli;

import io.lembos.bootstrap.assembly.ServerApplication;
import io.lembos.bootstrap.config.ClusterConfig;
import io.lembos.bootstrap.config.ClusterFiles;
import io.lembos.bootstrap.config.ClusterPlan;
import io.lembos.bootstrap.config.MachineClusters;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a cluster in the foreground, with its log on standard output. {@code up} starts this in the background. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = "Run a cluster in the foreground until interrupted. What 'up' has decided about it holds.")
public final class RunCommand implements Callable<Integer> {
    @Mixin
    private ClusterOption cluster;

    @Option(
            names = "--runtime",
            paramLabel = "RUNTIME",
            description = "For a new cluster: containerd, lembos or simulated.")
    private Optional<String> runtime;

    @Option(names = "--train", hidden = true, description = "Run one pod and end: prepares a fast start.")
    private boolean train;

    @Override
    public Integer call() throws IOException {
        ClusterFiles files = cluster.files();
        Optional<ClusterConfig> present = files.load();
        ClusterConfig config = present.isPresent() ? present.get() : decide(files);
        return new ServerApplication(config, files, train).run();
    }

    private ClusterConfig decide(ClusterFiles files) throws IOException {
        var wishes = new ClusterPlan.Wishes(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                runtime,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        try (MachineClusters machine = MachineClusters.open(MachineClusters.folder())) {
            ClusterConfig config =
                    ClusterPlan.decide(machine.othersThan(files), cluster.name(), Optional.empty(), wishes);
            files.save(config);
            machine.add(files);
            return config;
        }
    }
}
