package io.lembos.runtime.containerd;

import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.client.CriClient;
import io.lembos.runtime.client.CriDeadlines;
import io.lembos.runtime.cri.v1.PodSandbox;
import io.lembos.runtime.cri.v1.PodSandboxFilter;
import io.lembos.runtime.cri.v1.VersionResponse;
import io.lembos.runtime.process.Capabilities;
import io.lembos.runtime.process.LinuxProcess;
import io.lembos.runtime.time.Polling;
import io.lembos.runtime.time.RuntimeClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One cluster's containerd. It is launched, not supervised: its life does not hang on ours, so that containers survive
 * our death and are found again by the next {@link #start}.
 *
 * <p>Nothing is kept in this object but what it was built from; the truth is on the machine (process table, files,
 * mounts). A lock file in the directory orders those who start at the same time.
 */
public final class Containerd {

    private static final Duration READY_LIMIT = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration STOP_GRACE = Duration.ofSeconds(15);
    private static final CriDeadlines FAREWELL =
            new CriDeadlines(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(1));
    private static final int LOG_LINES_SHOWN = 15;

    private final ContainerdSpec spec;
    private final RuntimeClock clock;

    public Containerd(ContainerdSpec spec, RuntimeClock clock) {
        this.spec = spec;
        this.clock = clock;
    }

    public ContainerdSpec spec() {
        return spec;
    }

    /** The daemon's process, if it runs. */
    public Optional<LinuxProcess> process() {
        return ContainerdProcess.find(spec);
    }

    /**
     * Finds the running daemon or launches one, and waits until it answers.
     *
     * @return what it says of itself
     * @throws ContainerdException if it ends or stays silent, with its last words
     */
    public VersionResponse start() {
        try {
            Files.createDirectories(spec.directory());
            Files.createDirectories(spec.socket().path().getParent());
            try (FileChannel file = FileChannel.open(
                            spec.directory().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = file.lock()) {
                LinuxProcess process = process().orElseGet(this::launch);
                return awaitReady(process);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use " + spec.directory(), e);
        }
    }

    private LinuxProcess launch() {
        try {
            Files.createDirectories(spec.registries());
            Files.createDirectories(spec.cniLeases());
            Files.writeString(spec.config(), ContainerdConfig.render(spec, Capabilities.ofThisProcess()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write containerd's configuration", e);
        }
        CniConfig.forHost(spec.network(), spec.cniLeases(), spec.binaries().cniDirectory())
                .write(spec.cniConfig());
        return ContainerdProcess.launch(spec);
    }

    private VersionResponse awaitReady(LinuxProcess process) {
        try (CriClient client = client(FAREWELL)) {
            Polling polling = new Polling(clock, POLL, READY_LIMIT);
            Optional<Optional<VersionResponse>> answer = polling.until(() -> {
                Optional<VersionResponse> version = version(client);
                return version.isPresent() || !process.handle().isAlive() ? Optional.of(version) : Optional.empty();
            });
            return answer.flatMap(version -> version).orElseThrow(this::noAnswer);
        }
    }

    private static Optional<VersionResponse> version(CriClient client) {
        try {
            return Optional.of(client.version());
        } catch (ContainerRuntimeException e) {
            return Optional.empty(); // the socket is not there yet, or its services are still being registered
        }
    }

    private ContainerdException noAnswer() {
        String state = process().isPresent() ? "does not answer on " + spec.socket() : "has ended";
        return new ContainerdException("containerd " + state + "; its log " + spec.log() + " ends with:\n" + logTail());
    }

    private String logTail() {
        try {
            List<String> lines = Files.readAllLines(spec.log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
        } catch (IOException e) {
            return "(no log)";
        }
    }

    /** A new connection; the caller closes it. */
    public CriClient client(CriDeadlines deadlines) {
        return CriClient.open(spec.socket(), deadlines);
    }

    /** Ends the daemon and leaves the containers running; {@link #start} takes them over again. */
    public void stop() {
        process().ifPresent(process -> process.terminate(STOP_GRACE));
        deletePidFile();
    }

    /** Ends all pods, in order where the daemon answers and by force where not, and then the daemon. Keeps images. */
    public void down() {
        if (process().isPresent()) {
            removePods();
        }
        stop();
        ContainerdRemains remains = new ContainerdRemains(spec);
        remains.killPods();
        remains.removeNetwork();
    }

    /** As {@link #down}; afterwards nothing of this containerd is left on the machine. */
    public void delete() {
        down();
        ContainerdRemains remains = new ContainerdRemains(spec);
        remains.removeMounts();
        remains.removeFiles();
    }

    private void removePods() {
        try (CriClient client = client(FAREWELL)) {
            for (PodSandbox sandbox : client.listPodSandboxes(PodSandboxFilter.getDefaultInstance())) {
                client.stopPodSandbox(sandbox.getId());
                client.removePodSandbox(sandbox.getId());
            }
        } catch (ContainerRuntimeException e) {
            // What is left is taken by force.
        }
    }

    private void deletePidFile() {
        Path file = spec.pidFile();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + file, e);
        }
    }
}
