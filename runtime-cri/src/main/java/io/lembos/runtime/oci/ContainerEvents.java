package io.lembos.runtime.oci;

import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.ContainerEventResponse;
import io.lembos.runtime.cri.v1.ContainerEventType;
import io.lembos.runtime.cri.v1.CreateContainerRequest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureFailure;
import io.smallrye.mutiny.subscription.MultiEmitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Tells the readers of container events what was done here, and what ended by itself: exit files tell that. A reader
 * {@value #BUFFER_EVENTS_MAX} events behind is dropped with RESOURCE_EXHAUSTED.
 */
final class ContainerEvents {
    private static final int BUFFER_EVENTS_MAX = 1024;

    private final StateFolders sandboxes;
    private final StateFolders containers;
    private final ContainerViews views;
    private final Nanos nanos;
    private final List<MultiEmitter<? super ContainerEventResponse>> readers = new CopyOnWriteArrayList<>();

    ContainerEvents(StateFolders sandboxes, StateFolders containers, ContainerViews views, Nanos nanos) {
        this.sandboxes = sandboxes;
        this.containers = containers;
        this.views = views;
        this.nanos = nanos;
    }

    Multi<ContainerEventResponse> stream() {
        return Multi.createFrom()
                .<ContainerEventResponse>emitter(
                        emitter -> {
                            readers.add(emitter);
                            emitter.onTermination(() -> readers.remove(emitter));
                        },
                        BUFFER_EVENTS_MAX)
                .onFailure(BackPressureFailure.class)
                .transform(e -> tooSlow());
    }

    private static ContainerRuntimeException tooSlow() {
        return new ContainerRuntimeException(Status.Code.RESOURCE_EXHAUSTED, "reader of container events is too slow");
    }

    /** An exit file has come. */
    void exited(String id) {
        try {
            StateFolder folder = new StateFolder(containers.parent().resolve(id));
            if (folder.state(ContainerNote.class).isPresent()) {
                String sandbox =
                        CreateContainerRequest.parseFrom(folder.request()).getPodSandboxId();
                publish(ContainerEventType.CONTAINER_STOPPED_EVENT, id, sandbox(sandbox));
            } else if (sandbox(id).state(SandboxState.class).isPresent()) {
                publish(ContainerEventType.CONTAINER_STOPPED_EVENT, id, sandbox(id));
            }
        } catch (IOException e) {
            // Removed at this moment, which is an event of its own.
        }
    }

    /** Exits may have been missed: readers have to list. */
    void missed() {
        readers.forEach(reader -> reader.fail(tooSlow()));
    }

    private StateFolder sandbox(String id) {
        return new StateFolder(sandboxes.parent().resolve(id));
    }

    /** One at a time, so that a later event has the later picture. */
    synchronized void publish(ContainerEventType type, String id, StateFolder sandbox) {
        if (readers.isEmpty()) {
            return;
        }
        ContainerEventResponse.Builder event = ContainerEventResponse.newBuilder()
                .setContainerId(id)
                .setContainerEventType(type)
                .setCreatedAt(nanos.now());
        try {
            picture(event, sandbox);
        } catch (IOException | UncheckedIOException e) {
            // The pod is going away under us; what is left is told without it.
        }
        readers.forEach(reader -> reader.emit(event.build()));
    }

    private void picture(ContainerEventResponse.Builder event, StateFolder sandbox) throws IOException {
        var state = sandbox.state(SandboxState.class);
        if (state.isPresent()) {
            event.setPodSandboxStatus(SandboxViews.status(sandbox, state.get()));
        }
        for (StateFolder folder : containers.all()) {
            var note = folder.state(ContainerNote.class);
            if (note.isPresent()
                    && CreateContainerRequest.parseFrom(folder.request())
                            .getPodSandboxId()
                            .equals(sandbox.id())) {
                event.addContainersStatuses(views.status(folder, note.get()));
            }
        }
    }

    void end() {
        readers.forEach(reader -> reader.fail(
                new ContainerRuntimeException(Status.Code.UNAVAILABLE, "the container runtime was closed")));
    }
}
