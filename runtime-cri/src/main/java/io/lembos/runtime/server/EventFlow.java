package io.lembos.runtime.server;

import io.grpc.stub.ServerCallStreamObserver;
import io.lembos.runtime.cri.v1.ContainerEventResponse;
import java.util.concurrent.Flow;

/** Hands events to a caller one by one, asking for the next only when the caller's connection takes it. */
final class EventFlow implements Flow.Subscriber<ContainerEventResponse> {
    private final ServerCallStreamObserver<ContainerEventResponse> caller;
    private Flow.Subscription events;
    private boolean asked;

    EventFlow(ServerCallStreamObserver<ContainerEventResponse> caller) {
        this.caller = caller;
        caller.setOnReadyHandler(this::askIfReady);
        caller.setOnCancelHandler(this::cancel);
    }

    private synchronized void cancel() {
        if (events != null) {
            events.cancel();
        }
    }

    private void askIfReady() {
        Flow.Subscription from;
        synchronized (this) {
            if (asked || events == null || !caller.isReady()) {
                return;
            }
            asked = true;
            from = events;
        }
        from.request(1);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        synchronized (this) {
            events = subscription;
        }
        if (caller.isCancelled()) {
            subscription.cancel();
        }
        askIfReady();
    }

    @Override
    public void onNext(ContainerEventResponse event) {
        if (!caller.isCancelled()) {
            caller.onNext(event);
        }
        synchronized (this) {
            asked = false;
        }
        askIfReady();
    }

    @Override
    public void onError(Throwable failure) {
        if (!caller.isCancelled()) {
            caller.onError(Answer.status(failure));
        }
    }

    @Override
    public void onComplete() {
        if (!caller.isCancelled()) {
            caller.onCompleted();
        }
    }
}
