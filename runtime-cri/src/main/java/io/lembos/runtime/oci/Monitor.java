package io.lembos.runtime.oci;

import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Creates containers under a conmon each, which outlives us: it holds their outputs, writes their log and leaves their exit
 * code in a file. It is our child until we end; its own session keeps it from ending with us.
 *
 * @param ended told of each conmon that ends while we live
 */
record Monitor(OciSettings settings, Arrivals arrivals, Consumer<StateFolder> ended) {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** @param main process, which waits for its start @param conmon that holds it */
    record Monitored(MainProcess main, MainProcess conmon) {}

    /** @param log null for none */
    Monitored create(StateFolder folder, Path log, boolean terminal, boolean stdin, boolean stdinOnce) {
        String id = folder.id();
        Path errors = folder.file("runc.log");
        List<String> command = new ArrayList<>(List.of(settings.conmon().toString(), "--sync"));
        command.addAll(List.of("--cid", id, "--cuuid", id, "--name", id));
        command.addAll(List.of("--runtime", settings.runc().toString()));
        command.addAll(List.of("--runtime-arg", "--root=" + settings.runcRoot()));
        command.addAll(List.of("--runtime-arg", "--log=" + errors));
        command.addAll(List.of("--bundle", folder.path().toString(), "--full-attach", "--no-new-keyring"));
        command.addAll(
                List.of("--container-pidfile", settings.pids().resolve(id).toString()));
        command.addAll(List.of("--exit-dir", settings.exits().toString()));
        command.addAll(List.of("--log-path", log == null ? "null" : "k8s-file:" + log));
        if (terminal) {
            command.add("--terminal");
        }
        if (stdin) {
            command.add("--stdin");
            if (!stdinOnce) {
                command.add("--leave-stdin-open");
            }
        }
        try {
            Process conmon = new ProcessBuilder(command)
                    .redirectInput(new java.io.File("/dev/null"))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(folder.file("conmon.log").toFile())
                    // Where it notes that memory has run out.
                    .directory(folder.path().toFile())
                    .start();
            MainProcess identity = MainProcess.of(conmon.pid());
            conmon.onExit().thenRun(() -> {
                arrivals.wake();
                Thread.ofVirtual().name("conmon-ended").start(() -> ended.accept(folder));
            });
            Path pid = settings.pids().resolve(id);
            if (!arrivals.await(pid, LIMIT, () -> !conmon.isAlive())) {
                conmon.destroyForcibly();
                throw new ContainerRuntimeException(Status.Code.UNKNOWN, "failed to create container: " + text(errors));
            }
            MainProcess main =
                    MainProcess.of(Long.parseLong(Files.readString(pid).strip()));
            if (!main.lives()) {
                throw new ContainerRuntimeException(
                        Status.Code.UNKNOWN, "container ended before its start: " + text(errors));
            }
            return new Monitored(main, identity);
        } catch (IOException e) {
            throw new ContainerRuntimeException(
                    Status.Code.UNKNOWN, "failed to create container: " + e.getMessage(), e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            return "no message";
        }
    }
}
