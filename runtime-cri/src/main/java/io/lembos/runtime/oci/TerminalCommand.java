package io.lembos.runtime.oci;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.files.FileTree;
import io.lembos.runtime.process.LinuxCalls;
import io.lembos.runtime.streaming.server.CallerStreams;
import io.lembos.runtime.streaming.server.StreamedProcess;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * A command in a container with a terminal, which a conmon of its own holds. A caller who goes ends it, as a terminal that is
 * closed does: by SIGHUP.
 */
record TerminalCommand(
        OciSettings settings, Arrivals arrivals, LinuxCalls linux, StateFolder container, List<String> command)
        implements StreamedProcess {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    /** conmon finds its pipes by the numbers in its environment; a shell makes them of the only ones that we can give. */
    private static final List<String> PIPES = List.of("sh", "-c", "exec \"$@\" 3<&0 4>&1", "sh");

    @Override
    public int run(CallerStreams caller) throws IOException {
        Path folder = settings.execs().resolve(UUID.randomUUID().toString());
        Files.createDirectory(folder);
        try {
            JSON.writeValue(folder.resolve("process.json").toFile(), process());
            return run(caller, folder);
        } finally {
            Files.deleteIfExists(pid(folder));
            FileTree.delete(folder);
        }
    }

    private Path pid(Path folder) {
        return settings.execs().resolve(folder.getFileName() + ".pid");
    }

    /** As the container's own process, but for the command. */
    private ObjectNode process() throws IOException {
        ObjectNode process = (ObjectNode)
                JSON.readTree(container.file("config.json").toFile()).get("process");
        process.put("terminal", true);
        ArrayNode arguments = process.putArray("args");
        command.forEach(arguments::add);
        ((ArrayNode) process.get("env")).add("TERM=xterm");
        return process;
    }

    private int run(CallerStreams caller, Path folder) throws IOException {
        Process conmon = launch(folder);
        try {
            conmon.onExit().thenRun(arrivals::wake);
            signal(conmon);
            if (conmon.getInputStream().read() < 0) {
                throw failure(folder);
            }
            new Attachment(linux, folder).run(caller, () -> begin(caller, conmon, folder));
            if (caller.isGone()) {
                linux.hangUp(Long.parseLong(Files.readString(pid(folder)).strip()));
            }
            conmon.waitFor();
            return Integer.parseInt(
                    Files.readString(folder.resolve(container.id())).strip());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        } finally {
            conmon.destroy();
        }
    }

    private Process launch(Path folder) throws IOException {
        List<String> line = new ArrayList<>(PIPES);
        line.addAll(List.of(settings.conmon().toString(), "--sync", "--api-version", "1"));
        line.addAll(List.of("--cid", container.id(), "--cuuid", container.id(), "--name", container.id()));
        line.addAll(List.of("--runtime", settings.runc().toString()));
        line.addAll(List.of("--runtime-arg", "--root=" + settings.runcRoot()));
        line.addAll(List.of("--runtime-arg", "--log=" + folder.resolve("log")));
        line.addAll(List.of("--bundle", folder.toString(), "--full-attach", "--no-new-keyring"));
        line.addAll(List.of("--container-pidfile", pid(folder).toString(), "--exit-dir", folder.toString()));
        line.addAll(List.of("--log-path", "null", "--terminal", "--stdin", "--leave-stdin-open"));
        line.addAll(List.of("--exec", "--exec-attach"));
        line.addAll(
                List.of("--exec-process-spec", folder.resolve("process.json").toString()));
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectError(folder.resolve("conmon.log").toFile());
        builder.environment().put("_OCI_STARTPIPE", "3");
        builder.environment().put("_OCI_ATTACHPIPE", "4");
        return builder.start();
    }

    /** conmon waits for two bytes: one to make its socket, one to begin when somebody is there. */
    private static void signal(Process conmon) throws IOException {
        conmon.getOutputStream().write('\n');
        conmon.getOutputStream().flush();
    }

    private void begin(CallerStreams caller, Process conmon, Path folder) throws IOException {
        signal(conmon);
        if (!arrivals.await(pid(folder), START_LIMIT, () -> !conmon.isAlive())) {
            throw failure(folder);
        }
    }

    private static ContainerRuntimeException failure(Path folder) {
        return new ContainerRuntimeException(
                Status.Code.UNKNOWN,
                "failed to exec in container: OCI runtime exec failed: " + Commands.words(folder.resolve("log")));
    }
}
