package io.lembos.runtime.simulated;

import io.lembos.runtime.cri.v1.Container;
import io.lembos.runtime.cri.v1.ContainerAttributes;
import io.lembos.runtime.cri.v1.ContainerConfig;
import io.lembos.runtime.cri.v1.ContainerFilter;
import io.lembos.runtime.cri.v1.ContainerResources;
import io.lembos.runtime.cri.v1.ContainerState;
import io.lembos.runtime.cri.v1.ContainerStats;
import io.lembos.runtime.cri.v1.ContainerStatus;
import io.lembos.runtime.cri.v1.CpuUsage;
import io.lembos.runtime.cri.v1.LinuxContainerResources;
import io.lembos.runtime.cri.v1.MemoryUsage;
import io.lembos.runtime.cri.v1.UInt64Value;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One container; guarded by the runtime's lock, except {@link #exited}, which completes under it. */
final class SimulatedContainer {

    private static final long WORKING_SET_BYTES = 4 << 20;

    final String id;
    final SimulatedSandbox sandbox;
    final ContainerConfig config;
    final String imageId;
    final long createdAtNanos;
    final CompletableFuture<Void> exited = new CompletableFuture<>();

    ContainerState state = ContainerState.CONTAINER_CREATED;
    LinuxContainerResources resources;
    long startedAtNanos;
    long finishedAtNanos;
    int exitCode;
    /** Stops the step that waits for its time. */
    Runnable pendingStep = () -> {};

    SimulatedContainer(
            String id, SimulatedSandbox sandbox, ContainerConfig config, String imageId, long createdAtNanos) {
        this.id = id;
        this.sandbox = sandbox;
        this.config = config;
        this.imageId = imageId;
        this.createdAtNanos = createdAtNanos;
        this.resources = config.getLinux().getResources();
    }

    static long nanos(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }

    boolean runs() {
        return state == ContainerState.CONTAINER_RUNNING;
    }

    SimulatedCommand command() {
        List<String> words = new ArrayList<>(config.getCommandList());
        words.addAll(config.getArgsList());
        return SimulationScript.of(config).apply(SimulatedCommand.parse(words));
    }

    Optional<CriLogFile> log() {
        String directory = sandbox.config.getLogDirectory();
        return directory.isEmpty() || config.getLogPath().isEmpty()
                ? Optional.empty()
                : Optional.of(new CriLogFile(Path.of(directory, config.getLogPath())));
    }

    boolean matches(ContainerFilter filter) {
        return (filter.getId().isEmpty() || id.startsWith(filter.getId()))
                && (!filter.hasState() || filter.getState().getState() == state)
                && (filter.getPodSandboxId().isEmpty() || sandbox.id.startsWith(filter.getPodSandboxId()))
                && config.getLabelsMap()
                        .entrySet()
                        .containsAll(filter.getLabelSelectorMap().entrySet());
    }

    Container summary() {
        return Container.newBuilder()
                .setId(id)
                .setPodSandboxId(sandbox.id)
                .setMetadata(config.getMetadata())
                .setImage(config.getImage())
                .setImageRef(imageId)
                .setImageId(imageId)
                .setState(state)
                .setCreatedAt(createdAtNanos)
                .putAllLabels(config.getLabelsMap())
                .putAllAnnotations(config.getAnnotationsMap())
                .build();
    }

    ContainerStatus status() {
        return ContainerStatus.newBuilder()
                .setId(id)
                .setMetadata(config.getMetadata())
                .setState(state)
                .setCreatedAt(createdAtNanos)
                .setStartedAt(startedAtNanos)
                .setFinishedAt(finishedAtNanos)
                .setExitCode(exitCode)
                .setReason(reason())
                .setImage(config.getImage())
                .setImageRef(imageId)
                .setImageId(imageId)
                .putAllLabels(config.getLabelsMap())
                .putAllAnnotations(config.getAnnotationsMap())
                .addAllMounts(config.getMountsList())
                .setLogPath(log().map(file -> file.path().toString()).orElse(""))
                .setResources(ContainerResources.newBuilder().setLinux(resources))
                .build();
    }

    private String reason() {
        if (state != ContainerState.CONTAINER_EXITED) {
            return "";
        }
        return exitCode == 0 ? "Completed" : "Error";
    }

    ContainerStats stats(Instant now) {
        long time = nanos(now);
        UInt64Value workingSet = number(runs() ? WORKING_SET_BYTES : 0);
        return ContainerStats.newBuilder()
                .setAttributes(ContainerAttributes.newBuilder()
                        .setId(id)
                        .setMetadata(config.getMetadata())
                        .putAllLabels(config.getLabelsMap())
                        .putAllAnnotations(config.getAnnotationsMap()))
                .setCpu(CpuUsage.newBuilder()
                        .setTimestamp(time)
                        .setUsageCoreNanoSeconds(number((time - startedAtNanos) / 1000))
                        .setUsageNanoCores(number(runs() ? 1_000_000 : 0)))
                .setMemory(MemoryUsage.newBuilder()
                        .setTimestamp(time)
                        .setWorkingSetBytes(workingSet)
                        .setUsageBytes(workingSet)
                        .setRssBytes(workingSet))
                .build();
    }

    private static UInt64Value number(long value) {
        return UInt64Value.newBuilder().setValue(value).build();
    }
}
