package io.lembos.runtime.client;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.ContainerEventResponse;
import io.lembos.runtime.cri.v1.GetEventsRequest;
import io.lembos.runtime.cri.v1.RuntimeServiceGrpc;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureFailure;
import io.smallrye.mutiny.subscription.MultiEmitter;

/**
 * The runtime's event stream as a Multi. Holds at most {@value #BUFFER_EVENTS_MAX} events for a slow reader; one more
 * ends the stream with RESOURCE_EXHAUSTED. Cancelling cancels the call.
 */
final class CriEventStream implements ClientResponseObserver<GetEventsRequest, ContainerEventResponse> {

    private static final int BUFFER_EVENTS_MAX = 1024;

    private final CriChannel channel;
    private final MultiEmitter<? super ContainerEventResponse> emitter;

    private CriEventStream(CriChannel channel, MultiEmitter<? super ContainerEventResponse> emitter) {
        this.channel = channel;
        this.emitter = emitter;
    }

    static Multi<ContainerEventResponse> open(CriChannel channel) {
        return Multi.createFrom()
                .<ContainerEventResponse>emitter(
                        emitter -> RuntimeServiceGrpc.newStub(channel.awake())
                                .getContainerEvents(
                                        GetEventsRequest.getDefaultInstance(), new CriEventStream(channel, emitter)),
                        BUFFER_EVENTS_MAX)
                .onFailure(BackPressureFailure.class)
                .transform(e -> new ContainerRuntimeException(
                        Status.Code.RESOURCE_EXHAUSTED,
                        "reader of container events fell " + BUFFER_EVENTS_MAX + " events behind",
                        e));
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<GetEventsRequest> call) {
        emitter.onTermination(() -> call.cancel("reader is gone", null));
    }

    @Override
    public void onNext(ContainerEventResponse event) {
        emitter.emit(event);
    }

    @Override
    public void onError(Throwable cause) {
        emitter.fail(channel.failure(cause));
    }

    @Override
    public void onCompleted() {
        emitter.complete();
    }
}
