package io.lembos.kubelet.logs;

import io.lembos.api.time.Clock;
import io.lembos.kubelet.KubeletConfig;
import io.lembos.kubelet.container.Labels;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.Container;
import io.lembos.runtime.cri.v1.ContainerFilter;
import io.lembos.runtime.cri.v1.ContainerState;
import io.lembos.runtime.cri.v1.ContainerStateValue;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the logs of running containers small, with kubelet's defaults ({@code containerLogMaxSize},
 * {@code containerLogMaxFiles}, {@code containerLogMonitorInterval}): one that has grown too large is put aside under the
 * time of day, and the runtime begins a new one; of those put aside all but the newest are compressed, and the oldest go.
 * Rests while the node has no pods.
 *
 * <p>One round at a time, on the clock's thread of tasks; the next begins after it.
 */
public final class LogRotation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogRotation.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);
    private static final DateTimeFormatter SUFFIX = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    /**
     * How much is kept of a container's log.
     *
     * @param bytes of a file before it is put aside
     * @param files the one that grows among them
     */
    public record Limits(long bytes, int files) {
        public static final Limits DEFAULT = new Limits(10L << 20, 5);
    }

    private final ContainerRuntime runtime;
    private final KubeletConfig config;
    private final Limits limits;
    private final Clock clock;
    private final BooleanSupplier needed;
    private boolean waiting;
    private boolean closed;

    /** @param needed whether there is anything to look at */
    public LogRotation(
            ContainerRuntime runtime, KubeletConfig config, Limits limits, Clock clock, BooleanSupplier needed) {
        this.runtime = runtime;
        this.config = config;
        this.limits = limits;
        this.clock = clock;
        this.needed = needed;
    }

    /** Goes on if it rests and is needed. */
    public synchronized void wake() {
        if (!waiting && !closed && needed.getAsBoolean()) {
            waiting = true;
            clock.after(INTERVAL, () -> Thread.ofVirtual().name("log-rotation").start(this::round));
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    /** Looks at all logs once. */
    void round() {
        try {
            for (Container container : running()) {
                rotateIfLarge(container);
            }
        } catch (ContainerRuntimeException e) {
            LOG.debug("No logs rotated: {}", e.getMessage());
        } finally {
            synchronized (this) {
                waiting = false;
            }
            wake();
        }
    }

    private List<Container> running() {
        return runtime.listContainers(ContainerFilter.newBuilder()
                .putLabelSelector(Labels.CLUSTER, config.cluster())
                .setState(ContainerStateValue.newBuilder().setState(ContainerState.CONTAINER_RUNNING))
                .build());
    }

    private void rotateIfLarge(Container container) {
        Path log = log(container);
        try {
            if (Files.exists(log) && Files.size(log) > limits.bytes()) {
                rotate(container.getId(), log);
            }
        } catch (IOException | ContainerRuntimeException e) {
            LOG.warn("The log {} was not rotated: {}", log, e.toString());
        }
    }

    private Path log(Container container) {
        Map<String, String> labels = container.getLabelsMap();
        return config.logDirectory(
                        labels.getOrDefault(Labels.POD_NAMESPACE, ""),
                        labels.getOrDefault(Labels.POD_NAME, ""),
                        labels.getOrDefault(Labels.POD_UID, ""))
                .resolve(container.getMetadata().getName())
                .resolve(container.getMetadata().getAttempt() + ".log");
    }

    private void rotate(String containerId, Path log) throws IOException {
        removeUnfinished(log);
        List<Path> older = RotatedLogs.of(log);
        // Of the files that stay, one is put aside now and one begins.
        int excess = Math.max(0, older.size() - Math.max(0, limits.files() - 2));
        for (Path file : older.subList(0, excess)) {
            Files.delete(file);
        }
        for (Path file : older.subList(excess, older.size())) {
            if (!file.toString().endsWith(RotatedLogs.COMPRESSED)) {
                compress(file);
            }
        }
        Path aside = log.resolveSibling(
                log.getFileName() + "." + SUFFIX.format(clock.now().atZone(ZoneId.systemDefault())));
        Files.move(log, aside);
        try {
            runtime.reopenContainerLog(containerId);
        } catch (ContainerRuntimeException e) {
            // It writes on where it is: that is the log, then.
            Files.move(aside, log);
            throw e;
        }
    }

    /** What a kubelet that was killed has left: half a compressed file, or both forms of one. */
    private static void removeUnfinished(Path log) throws IOException {
        List<Path> older = RotatedLogs.of(log);
        for (Path file : older) {
            Path compressed = file.resolveSibling(file.getFileName() + RotatedLogs.COMPRESSED);
            if (file.toString().endsWith(RotatedLogs.UNFINISHED) || older.contains(compressed)) {
                Files.delete(file);
            }
        }
    }

    private static void compress(Path file) throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + RotatedLogs.UNFINISHED);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(unfinished))) {
            Files.copy(file, out);
        }
        Files.move(
                unfinished,
                file.resolveSibling(file.getFileName() + RotatedLogs.COMPRESSED),
                StandardCopyOption.ATOMIC_MOVE);
        Files.delete(file);
    }
}
