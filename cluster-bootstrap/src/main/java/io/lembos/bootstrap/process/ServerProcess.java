package io.lembos.bootstrap.process;

import io.lembos.bootstrap.config.ClusterFiles;
import io.lembos.bootstrap.config.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The process that runs a cluster, found through the lock file that it holds as long as it lives: whoever can take the
 * lock knows that there is none, whatever the file says.
 */
public final class ServerProcess {
    /** When the server was started, in milliseconds: what the operating system says of that is off by up to a second. */
    public static final String STARTED = "LEMBOS_STARTED_MILLIS";

    private final ClusterFiles files;

    public ServerProcess(ClusterFiles files) {
        this.files = files;
    }

    /** The living server, if there is one. */
    public Optional<ProcessHandle> find() throws IOException {
        if (!Files.exists(files.lock())) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(files.lock(), StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                return Optional.empty();
            }
        }
        String pid = Files.readString(files.lock()).trim();
        return pid.isEmpty() ? Optional.empty() : ProcessHandle.of(Long.parseLong(pid));
    }

    /**
     * Starts a server in the background, in a session of its own, so that it outlives this command and its terminal.
     *
     * @param readySocket where the server reports its phases
     */
    public Process start(String name, Path readySocket) throws IOException {
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(javaCommand());
        command.addAll(List.of("run", "--name", name));
        PrivateFiles.directory(files.root());
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(files.log().toFile()));
        builder.environment().put("LEMBOS_READY_SOCKET", readySocket.toString());
        builder.environment().put(STARTED, String.valueOf(System.currentTimeMillis()));
        return builder.start();
    }

    /** Asks the server to stop, and makes it when it does not within the given time. Its machine goes on. */
    public void stop(ProcessHandle server, Duration patience) throws InterruptedException, IOException {
        PrivateFiles.write(files.stopping(), "");
        try {
            ask(server, patience);
        } finally {
            Files.deleteIfExists(files.stopping());
        }
    }

    private static void ask(ProcessHandle server, Duration patience) throws InterruptedException {
        server.destroy();
        try {
            server.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            server.destroyForcibly();
            server.onExit().join();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> javaCommand() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        String flags = System.getenv("LEMBOS_JVM_FLAGS");
        if (flags != null) {
            for (String flag : flags.trim().split("\\s+")) {
                command.add(flag);
            }
        }
        command.add("-jar");
        command.add(System.getProperty("java.class.path"));
        return command;
    }
}
