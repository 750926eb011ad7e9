package io.lembos.runtime.oci;

import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.Container;
import io.lembos.runtime.cri.v1.ContainerEventType;
import io.lembos.runtime.cri.v1.ContainerFilter;
import io.lembos.runtime.cri.v1.ContainerState;
import io.lembos.runtime.cri.v1.ContainerStatus;
import io.lembos.runtime.cri.v1.CreateContainerRequest;
import io.lembos.runtime.cri.v1.LinuxContainerResources;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** CRI's calls on containers. Calls on the same one wait for each other, but for stop, which a start may be waiting for. */
final class ContainerCalls {
    private static final Duration KILL_LIMIT = Duration.ofSeconds(30);
    private static final Duration REOPEN_LIMIT = Duration.ofSeconds(10);

    private final OciSettings settings;
    private final StateFolders folders;
    private final StateFolders sandboxes;
    private final Containers containers;
    private final ContainerViews views;
    private final Runc runc;
    private final Orphans orphans;
    private final Arrivals arrivals;
    private final ContainerEvents events;
    private final Locks sandboxLocks;
    private final Locks locks = new Locks();
    private final Nanos nanos;

    ContainerCalls(
            OciSettings settings,
            StateFolders folders,
            StateFolders sandboxes,
            Containers containers,
            ContainerViews views,
            Runc runc,
            Arrivals arrivals,
            ContainerEvents events,
            Locks sandboxLocks,
            Nanos nanos) {
        this.settings = settings;
        this.folders = folders;
        this.sandboxes = sandboxes;
        this.containers = containers;
        this.views = views;
        this.runc = runc;
        this.orphans = new Orphans(settings, runc);
        this.arrivals = arrivals;
        this.events = events;
        this.sandboxLocks = sandboxLocks;
        this.nanos = nanos;
    }

    /** Takes away what a killed instance has half made, and notes what it had no more time to note. */
    void recover() throws IOException {
        for (StateFolder folder : folders.all()) {
            Optional<ContainerNote> note = folder.state(ContainerNote.class);
            if (note.isEmpty()) {
                runc.clear(folder);
            } else if (orphans.end(folder, note.get())) {
                continue;
            } else if (note.get().startedAt() == 0
                    && runc.run("state", folder.id()).output().contains("\"status\": \"running\"")) {
                folder.writeState(note.get().asStarted(nanos.now()));
            }
        }
    }

    /** A conmon has ended, as a rule because its container has. */
    void monitorEnded(StateFolder folder) {
        Optional<ContainerNote> note = folder.state(ContainerNote.class);
        if (note.isPresent() && orphans.end(folder, note.get())) {
            events.exited(folder.id());
        }
    }

    String create(CreateContainerRequest request) throws IOException {
        StateFolder sandbox = sandboxes.require(request.getPodSandboxId());
        StateFolder folder = folders.fresh();
        CreateContainerRequest whole =
                request.toBuilder().setPodSandboxId(sandbox.id()).build();
        return sandboxLocks.with(sandbox.id(), () -> {
            SandboxState pod = sandboxes.state(sandbox, SandboxState.class);
            try {
                containers.make(folder, whole, sandbox, pod, nanos.now());
            } catch (IOException | RuntimeException e) {
                runc.clear(folder);
                throw e;
            }
            events.publish(ContainerEventType.CONTAINER_CREATED_EVENT, folder.id(), sandbox);
            return folder.id();
        });
    }

    void start(String id) throws IOException {
        StateFolder folder = folders.require(id);
        locks.with(folder.id(), () -> {
            ContainerNote note = note(folder);
            if (views.state(folder, note) != ContainerState.CONTAINER_CREATED) {
                throw new ContainerRuntimeException(
                        Status.Code.FAILED_PRECONDITION, "container " + id + " was started before");
            }
            long time = nanos.now();
            runc.require("start", folder.id());
            folder.writeState(note.asStarted(time));
            events.publish(ContainerEventType.CONTAINER_STARTED_EVENT, folder.id(), sandboxOf(folder));
            return null;
        });
    }

    void stop(String id, Duration grace) throws IOException {
        Optional<StateFolder> found = folders.find(id);
        Optional<ContainerNote> note = found.flatMap(folder -> folder.state(ContainerNote.class));
        if (note.isEmpty() || views.state(found.get(), note.get()) == ContainerState.CONTAINER_EXITED) {
            return;
        }
        StateFolder folder = found.get();
        if (grace.isPositive()) {
            runc.run("kill", folder.id(), StopSignals.forRunc(note.get().stopSignal()));
        }
        if (!ended(folder, note.get(), grace)) {
            runc.run("kill", folder.id(), "KILL");
            if (!ended(folder, note.get(), KILL_LIMIT)) {
                throw new ContainerRuntimeException(
                        Status.Code.DEADLINE_EXCEEDED, "container " + folder.id() + " does not end");
            }
        }
    }

    private boolean ended(StateFolder folder, ContainerNote note, Duration limit) {
        Path file = settings.exits().resolve(folder.id());
        return arrivals.await(file, limit, () -> views.state(folder, note) == ContainerState.CONTAINER_EXITED)
                || views.state(folder, note) == ContainerState.CONTAINER_EXITED;
    }

    void remove(String id) throws IOException {
        Optional<StateFolder> found = folders.find(id);
        if (found.isEmpty()) {
            return;
        }
        StateFolder folder = found.get();
        locks.with(folder.id(), () -> {
            if (folder.state(ContainerNote.class).isPresent()) {
                StateFolder sandbox = sandboxOf(folder);
                runc.clear(folder);
                events.publish(ContainerEventType.CONTAINER_DELETED_EVENT, folder.id(), sandbox);
            }
            return null;
        });
    }

    ContainerStatus status(String id) throws IOException {
        StateFolder folder = folders.require(id);
        ContainerNote note = note(folder);
        orphans.end(folder, note);
        return views.status(folder, note);
    }

    List<Container> list(ContainerFilter filter) throws IOException {
        return folders.all().stream()
                .flatMap(folder -> folder.state(ContainerNote.class).flatMap(note -> listed(folder, note)).stream())
                .filter(container -> ContainerViews.matches(filter, container))
                .toList();
    }

    /** A conmon that an earlier instance of ours began tells us nothing: whoever looks finds out. */
    private Optional<Container> listed(StateFolder folder, ContainerNote note) {
        orphans.end(folder, note);
        return views.listedIfThere(folder, note);
    }

    /** All of one sandbox. */
    List<StateFolder> of(String sandbox) throws IOException {
        List<StateFolder> found = new ArrayList<>();
        for (StateFolder folder : folders.all()) {
            try {
                if (folder.isWhole() && sandboxOf(folder).id().equals(sandbox)) {
                    found.add(folder);
                }
            } catch (NoSuchFileException e) {
                // It is being removed at this moment.
            }
        }
        return found;
    }

    void update(String id, LinuxContainerResources resources) throws IOException {
        StateFolder folder = folders.require(id);
        locks.with(folder.id(), () -> {
            if (views.state(folder, note(folder)) != ContainerState.CONTAINER_EXITED) {
                runc.update(folder.id(), ContainerSpec.limits(resources));
            }
            CreateContainerRequest.Builder request = CreateContainerRequest.parseFrom(folder.request()).toBuilder();
            request.getConfigBuilder().getLinuxBuilder().getResourcesBuilder().mergeFrom(resources);
            folder.writeRequest(request.build().toByteArray());
            return null;
        });
    }

    /** Returns when the new file is there. */
    void reopenLog(String id) throws IOException {
        StateFolder folder = running(id);
        Path log = Containers.log(CreateContainerRequest.parseFrom(folder.request()));
        if (log == null) {
            return;
        }
        ContainerNote note = note(folder);
        try (Arrivals beside = new Arrivals(List.of(log.getParent()))) {
            ControlPipe.in(folder.path()).reopenLog();
            beside.await(log, REOPEN_LIMIT, () -> views.state(folder, note) == ContainerState.CONTAINER_EXITED);
        }
    }

    StateFolder running(String id) throws IOException {
        StateFolder folder = folders.require(id);
        ContainerState state = views.state(folder, note(folder));
        if (state != ContainerState.CONTAINER_RUNNING) {
            throw new ContainerRuntimeException(Status.Code.FAILED_PRECONDITION, "container is in " + state + " state");
        }
        return folder;
    }

    private ContainerNote note(StateFolder folder) {
        return folders.state(folder, ContainerNote.class);
    }

    private StateFolder sandboxOf(StateFolder folder) throws IOException {
        String sandbox = CreateContainerRequest.parseFrom(folder.request()).getPodSandboxId();
        return new StateFolder(sandboxes.parent().resolve(sandbox));
    }
}
