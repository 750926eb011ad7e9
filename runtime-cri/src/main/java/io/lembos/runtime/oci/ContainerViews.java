package io.lembos.runtime.oci;

import io.lembos.runtime.cri.v1.Container;
import io.lembos.runtime.cri.v1.ContainerConfig;
import io.lembos.runtime.cri.v1.ContainerFilter;
import io.lembos.runtime.cri.v1.ContainerState;
import io.lembos.runtime.cri.v1.ContainerStatus;
import io.lembos.runtime.cri.v1.CreateContainerRequest;
import io.lembos.runtime.cri.v1.LinuxContainerUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** A container as CRI shows it, from its folder, its exit file and the process table; nothing is asked of runc. */
record ContainerViews(OciSettings settings) {
    /** The exit code of which nobody has told us. */
    private static final int UNKNOWN_EXIT = 255;

    /** Nobody would tell the end of one whose conmon has ended: it counts as ended, see {@link Orphans}. */
    ContainerState state(StateFolder folder, ContainerNote note) {
        if (exited(folder) || !note.conmon().lives()) {
            return ContainerState.CONTAINER_EXITED;
        }
        return note.startedAt() == 0 ? ContainerState.CONTAINER_CREATED : ContainerState.CONTAINER_RUNNING;
    }

    private boolean exited(StateFolder folder) {
        return Files.exists(settings.exits().resolve(folder.id()));
    }

    Container listed(StateFolder folder, ContainerNote note) throws IOException {
        CreateContainerRequest request = CreateContainerRequest.parseFrom(folder.request());
        ContainerConfig config = request.getConfig();
        return Container.newBuilder()
                .setId(folder.id())
                .setPodSandboxId(request.getPodSandboxId())
                .setMetadata(config.getMetadata())
                .setImage(config.getImage())
                .setImageRef(note.imageId())
                .setImageId(note.imageId())
                .setState(state(folder, note))
                .setCreatedAt(note.createdAt())
                .putAllLabels(config.getLabelsMap())
                .putAllAnnotations(config.getAnnotationsMap())
                .build();
    }

    static boolean matches(ContainerFilter filter, Container container) {
        return (filter.getId().isEmpty() || container.getId().startsWith(filter.getId()))
                && (filter.getPodSandboxId().isEmpty()
                        || container.getPodSandboxId().equals(filter.getPodSandboxId()))
                && (!filter.hasState()
                        || container.getState() == filter.getState().getState())
                && container
                        .getLabelsMap()
                        .entrySet()
                        .containsAll(filter.getLabelSelectorMap().entrySet());
    }

    ContainerStatus status(StateFolder folder, ContainerNote note) throws IOException {
        CreateContainerRequest request = CreateContainerRequest.parseFrom(folder.request());
        ContainerConfig config = request.getConfig();
        ContainerStatus.Builder status = ContainerStatus.newBuilder()
                .setId(folder.id())
                .setMetadata(config.getMetadata())
                .setState(state(folder, note))
                .setCreatedAt(note.createdAt())
                .setStartedAt(note.startedAt())
                .setImage(config.getImage())
                .setImageRef(note.imageId())
                .setImageId(note.imageId())
                .putAllLabels(config.getLabelsMap())
                .putAllAnnotations(config.getAnnotationsMap())
                .setStopSignal(StopSignals.toCri(note.stopSignal()))
                .addAllMounts(config.getMountsList());
        Path log = Containers.log(request);
        status.setLogPath(log == null ? "" : log.toString());
        status.getUserBuilder()
                .setLinux(LinuxContainerUser.newBuilder()
                        .setUid(note.user().uid())
                        .setGid(note.user().gid())
                        .addAllSupplementalGroups(note.user().groups()));
        status.getResourcesBuilder().setLinux(config.getLinux().getResources());
        if (status.getState() == ContainerState.CONTAINER_EXITED) {
            end(folder, status);
        }
        return status.build();
    }

    private void end(StateFolder folder, ContainerStatus.Builder status) throws IOException {
        Path file = settings.exits().resolve(folder.id());
        if (!Files.exists(file)) {
            status.setExitCode(UNKNOWN_EXIT).setReason("Unknown").setFinishedAt(status.getStartedAt());
            return;
        }
        int code = Integer.parseInt(Files.readString(file).strip());
        boolean memory = Files.exists(folder.file("oom"));
        status.setExitCode(code)
                .setFinishedAt(Files.getLastModifiedTime(file).to(java.util.concurrent.TimeUnit.NANOSECONDS))
                .setReason(memory ? "OOMKilled" : code == 0 ? "Completed" : "Error");
    }

    /** Empty if it is being removed at this moment. */
    Optional<Container> listedIfThere(StateFolder folder, ContainerNote note) {
        try {
            return Optional.of(listed(folder, note));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
