package io.lembos.runtime.oci;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.ExecSyncResponse;
import io.lembos.runtime.files.FileTree;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Commands in running containers, each a {@code runc exec}. Its files lie in a folder of their own for all of them and go with
 * it; what a killed instance has left there goes at the next start.
 */
record Commands(OciSettings settings, Runc runc, Arrivals arrivals) {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    /** Ends commands of which nobody is the parent any more, and takes their files away. */
    void sweep() throws IOException {
        new Makers(settings).endCommands();
        try (Stream<Path> left = Files.list(settings.execs())) {
            for (Path path : left.toList()) {
                FileTree.delete(path);
            }
        }
    }

    /** @param pid file with the number of the command's process */
    record Started(Process process, Path pid, Path log) implements AutoCloseable {
        int exitCode() throws IOException {
            try {
                return process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException();
            }
        }

        void kill() throws IOException {
            ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).ifPresent(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }

        @Override
        public void close() throws IOException {
            Files.deleteIfExists(pid);
            Files.deleteIfExists(log);
        }
    }

    /** @throws ContainerRuntimeException when there is no such program, with runc's words */
    Started start(String container, List<String> command) throws IOException {
        String name = UUID.randomUUID().toString();
        Path pid = settings.execs().resolve(name + ".pid");
        Path log = settings.execs().resolve(name + ".log");
        List<String> line = runc.command("--log=" + log, "exec", "--pid-file=" + pid, container);
        line.addAll(command);
        Process process = new ProcessBuilder(line).start();
        Started started = new Started(process, pid, log);
        process.onExit().thenRun(arrivals::wake);
        if (arrivals.await(pid, START_LIMIT, () -> !process.isAlive())) {
            return started;
        }
        process.destroyForcibly();
        String why = words(log);
        started.close();
        throw new ContainerRuntimeException(
                Status.Code.UNKNOWN, "failed to exec in container: OCI runtime exec failed: " + why);
    }

    /** runc's last message: lines of {@code time="…" level=error msg="…"}. */
    static String words(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            String last = lines.isEmpty() ? "no message" : lines.get(lines.size() - 1);
            int at = last.indexOf("msg=\"");
            return at < 0 ? last : last.substring(at + 5, last.length() - 1).replace("\\\"", "\"");
        } catch (IOException e) {
            return "no message";
        }
    }

    ExecSyncResponse toTheEnd(String container, List<String> command, Duration limit) throws IOException {
        try (Started started = start(container, command)) {
            Program.Ended ended = Program.toTheEnd(started.process(), new byte[0], limit);
            if (ended.timedOut()) {
                started.kill();
                throw new ContainerRuntimeException(
                        Status.Code.DEADLINE_EXCEEDED, "command timed out after " + limit.toSeconds() + " s");
            }
            return ExecSyncResponse.newBuilder()
                    .setStdout(ByteString.copyFrom(ended.output()))
                    .setStderr(ByteString.copyFrom(ended.errors()))
                    .setExitCode(ended.exitCode())
                    .build();
        }
    }
}
