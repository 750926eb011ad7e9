package io.lembos.bootstrap.cli;

import io.lembos.api.time.SystemClock;
import io.lembos.bootstrap.assembly.NodeRuntime;
import io.lembos.bootstrap.config.ClusterConfig;
import io.lembos.bootstrap.config.ClusterFiles;
import io.lembos.bootstrap.process.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Stops a cluster and its containers; keeps everything that is needed to bring it up again. */
@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "Stop the cluster and its containers. Objects, images and settings are kept for the next 'up'.")
public final class DownCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Mixin
    private ClusterOption cluster;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ClusterConfig config = cluster.config();
        stop(config, cluster.files());
        Terminal.line("Cluster \"" + config.name() + "\" is down.");
        return 0;
    }

    static void stop(ClusterConfig config, ClusterFiles files) throws IOException, InterruptedException {
        ServerProcess server = new ServerProcess(files);
        Optional<ProcessHandle> running = server.find();
        if (running.isPresent()) {
            long begun = System.nanoTime();
            Terminal.progress("stopping the control plane");
            server.stop(running.get(), PATIENCE);
            Terminal.done("control plane stopped", (System.nanoTime() - begun) / 1_000_000);
        }
        if (config.ownContainerd() || config.ownRuntime()) {
            long begun = System.nanoTime();
            Terminal.progress("stopping containers");
            try (SystemClock clock = new SystemClock()) {
                NodeRuntime.down(config, files, clock);
            }
            Terminal.done("containers stopped", (System.nanoTime() - begun) / 1_000_000);
        }
    }
}
