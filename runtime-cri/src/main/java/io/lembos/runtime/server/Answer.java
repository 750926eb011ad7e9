package io.lembos.runtime.server;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.lembos.runtime.ContainerRuntimeException;
import java.util.function.Supplier;

/** Answers a call with what a step gives, or with the status of its failure. */
final class Answer {
    private Answer() {}

    static <T> void to(StreamObserver<T> caller, Supplier<T> step) {
        T result;
        try {
            result = step.get();
        } catch (RuntimeException e) {
            caller.onError(status(e));
            return;
        }
        caller.onNext(result);
        caller.onCompleted();
    }

    static <T> void to(StreamObserver<T> caller, T empty, Runnable step) {
        to(caller, () -> {
            step.run();
            return empty;
        });
    }

    static StatusRuntimeException status(Throwable failure) {
        Status status =
                failure instanceof ContainerRuntimeException known ? Status.fromCode(known.code()) : Status.UNKNOWN;
        String words = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return status.withDescription(words).asRuntimeException();
    }
}
