package io.lembos.apiserver.store.etcd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;

/**
 * Debian's Docker engine as a child process with everything of its own in one directory, so that it meets no other
 * engine on the machine. Without bridge and packet filter: containers use the host's network. Testcontainers finds it
 * by the system property {@code DOCKER_HOST}, once in a JVM.
 */
final class DockerEngine implements AutoCloseable {
    private static final Path DOCKERD = Path.of("/usr/sbin/dockerd");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;

    private final Path directory;

    private DockerEngine(Process process, Path directory) {
        this.process = process;
        this.directory = directory;
    }

    static DockerEngine start(Path directory) throws IOException {
        Path socket = directory.resolve("docker.sock");
        Path log = directory.resolve("dockerd.log");
        List<String> command = List.of(
                DOCKERD.toString(),
                "--data-root=" + directory.resolve("data"),
                "--exec-root=" + directory.resolve("exec"),
                "--pidfile=" + directory.resolve("dockerd.pid"),
                "--host=unix://" + socket,
                "--bridge=none",
                "--iptables=false",
                "--storage-driver=vfs");
        DockerEngine engine = new DockerEngine(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                directory);
        try {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .failFast("dockerd ended, see " + log, () -> !engine.process.isAlive())
                    .until(() -> read(log).contains("API listen on"));
        } catch (RuntimeException | Error e) {
            engine.close();
            throw e;
        }
        System.setProperty("DOCKER_HOST", "unix://" + socket);
        return engine;
    }

    /** Asks it to end, which stops its containers and its containerd; makes sure if it does not. */
    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            process.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | java.util.concurrent.ExecutionException e) {
            process.destroyForcibly();
        }
        children.forEach(ProcessHandle::destroyForcibly);
        children.forEach(child -> child.onExit().join());
        unmount();
    }

    /** The engine leaves the host's network namespace mounted in its directory. */
    private void unmount() {
        try {
            for (String mount : Files.readAllLines(Path.of("/proc/self/mounts"))) {
                String target = mount.split(" ")[1];
                if (target.startsWith(directory + "/")) {
                    new ProcessBuilder("umount", target).start().onExit().join();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path log) throws IOException {
        return Files.readString(log);
    }
}
