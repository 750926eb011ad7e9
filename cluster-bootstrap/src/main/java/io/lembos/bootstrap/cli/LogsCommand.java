package io.lembos.bootstrap.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the log of the cluster process itself (for a pod's: kubectl logs). */
@Command(
        name = "logs",
        mixinStandardHelpOptions = true,
        description = "Print the log of the cluster process. For a pod's log use kubectl logs.")
public final class LogsCommand implements Callable<Integer> {
    @Mixin
    private ClusterOption cluster;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on printing until interrupted.")
    private boolean follow;

    @Option(names = "--tail", defaultValue = "200", paramLabel = "LINES", description = "How many lines; default 200.")
    private int lines;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path log = cluster.files().log();
        cluster.config();
        if (!Files.exists(log)) {
            throw new UserError("cluster \"" + cluster.name() + "\" has not been started yet");
        }
        List<String> command = new ArrayList<>(List.of("tail", "-n", String.valueOf(lines)));
        if (follow) {
            command.add("-F");
        }
        command.add(log.toString());
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
