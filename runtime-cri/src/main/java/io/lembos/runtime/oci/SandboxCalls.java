package io.lembos.runtime.oci;

import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.ContainerEventType;
import io.lembos.runtime.cri.v1.PodSandbox;
import io.lembos.runtime.cri.v1.PodSandboxFilter;
import io.lembos.runtime.cri.v1.RunPodSandboxRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** CRI's calls on sandboxes. Calls on the same one wait for each other. */
final class SandboxCalls {
    /** What a RuntimeClass may name beside nothing. */
    private static final String HANDLER = "runc";

    private final StateFolders folders;
    private final Sandboxes sandboxes;
    private final Runc runc;
    private final Makers makers;
    private final ContainerCalls containers;
    private final ContainerEvents events;
    private final Locks locks;
    private final Nanos nanos;

    SandboxCalls(
            StateFolders folders,
            Sandboxes sandboxes,
            Runc runc,
            Makers makers,
            ContainerCalls containers,
            ContainerEvents events,
            Locks locks,
            Nanos nanos) {
        this.folders = folders;
        this.sandboxes = sandboxes;
        this.runc = runc;
        this.makers = makers;
        this.containers = containers;
        this.events = events;
        this.locks = locks;
        this.nanos = nanos;
    }

    /** Takes away what a killed instance has half made. */
    void recover() throws IOException {
        for (StateFolder folder : folders.all()) {
            if (folder.state(SandboxState.class).isEmpty()) {
                makers.end(folder);
                makers.endPlugins(folder);
                discard(folder);
            }
        }
    }

    private void discard(StateFolder folder) throws IOException {
        sandboxes.halt(folder);
        runc.clear(folder);
    }

    String run(RunPodSandboxRequest request) throws IOException {
        String handler = request.getRuntimeHandler();
        if (!handler.isEmpty() && !handler.equals(HANDLER)) {
            throw new ContainerRuntimeException(
                    Status.Code.UNKNOWN, "no runtime for \"" + handler + "\" is configured");
        }
        StateFolder folder = folders.fresh();
        return locks.with(folder.id(), () -> {
            try {
                sandboxes.make(folder, request, nanos.now());
            } catch (IOException | RuntimeException e) {
                discard(folder);
                throw e;
            }
            events.publish(ContainerEventType.CONTAINER_CREATED_EVENT, folder.id(), folder);
            events.publish(ContainerEventType.CONTAINER_STARTED_EVENT, folder.id(), folder);
            return folder.id();
        });
    }

    void stop(String id) throws IOException {
        Optional<StateFolder> found = folders.find(id);
        if (found.isEmpty()) {
            return;
        }
        StateFolder folder = found.get();
        for (StateFolder container : containers.of(folder.id())) {
            containers.stop(container.id(), Duration.ZERO);
        }
        locks.with(folder.id(), () -> {
            Optional<SandboxState> state = folder.state(SandboxState.class);
            if (state.isPresent()) {
                sandboxes.halt(folder);
                folder.writeState(state.get().asStopped());
            }
            return null;
        });
    }

    void remove(String id) throws IOException {
        Optional<StateFolder> found = folders.find(id);
        if (found.isEmpty()) {
            return;
        }
        stop(id);
        StateFolder folder = found.get();
        for (StateFolder container : containers.of(folder.id())) {
            containers.remove(container.id());
        }
        locks.with(folder.id(), () -> {
            if (folder.state(SandboxState.class).isPresent()) {
                events.publish(ContainerEventType.CONTAINER_DELETED_EVENT, folder.id(), folder);
                runc.clear(folder);
            }
            return null;
        });
    }

    List<PodSandbox> list(PodSandboxFilter filter) throws IOException {
        return folders.all().stream()
                .flatMap(folder ->
                        folder
                                .state(SandboxState.class)
                                .flatMap(state -> SandboxViews.listedIfThere(folder, state))
                                .stream())
                .filter(sandbox -> SandboxViews.matches(filter, sandbox))
                .toList();
    }
}
