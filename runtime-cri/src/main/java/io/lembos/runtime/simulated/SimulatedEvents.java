package io.lembos.runtime.simulated;

import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.ContainerEventResponse;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureFailure;
import io.smallrye.mutiny.subscription.MultiEmitter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The readers of container events. Events are handed over under the runtime's lock, which keeps them in order: a reader
 * must only hand on, never call the runtime from another thread and wait. A reader {@value #BUFFER_EVENTS_MAX} events
 * behind is dropped with RESOURCE_EXHAUSTED.
 */
final class SimulatedEvents {

    private static final int BUFFER_EVENTS_MAX = 1024;

    private final List<MultiEmitter<? super ContainerEventResponse>> readers = new CopyOnWriteArrayList<>();

    Multi<ContainerEventResponse> stream() {
        return Multi.createFrom()
                .<ContainerEventResponse>emitter(
                        emitter -> {
                            readers.add(emitter);
                            emitter.onTermination(() -> readers.remove(emitter));
                        },
                        BUFFER_EVENTS_MAX)
                .onFailure(BackPressureFailure.class)
                .transform(e -> new ContainerRuntimeException(
                        Status.Code.RESOURCE_EXHAUSTED, "reader of container events is too slow", e));
    }

    void publish(ContainerEventResponse event) {
        readers.forEach(reader -> reader.emit(event));
    }

    void end() {
        readers.forEach(reader -> reader.fail(
                new ContainerRuntimeException(Status.Code.UNAVAILABLE, "the simulated runtime was closed")));
    }
}
