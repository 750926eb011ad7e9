package io.lembos.apiserver.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Makes the steps of a call to another server on one event loop, for a caller who waits elsewhere. Steps that are joined
 * from another thread may come too late: an answer's body that nobody has asked for when it arrives is lost.
 */
public final class EventLoopCall {
    private EventLoopCall() {}

    /** @param call all steps, from the connection to the last byte */
    public static <T> CompletableFuture<T> begin(Vertx vertx, Supplier<Future<T>> call) {
        return on(vertx.getOrCreateContext(), call);
    }

    /**
     * For an answer that is passed on as it comes: on the event loop of whom it is passed to. On another one, that there is
     * room again may be said before anybody listens, and then nothing moves any more.
     */
    public static <T> CompletableFuture<T> begin(Exchange to, Supplier<Future<T>> call) {
        return on(to.eventLoop(), call);
    }

    private static <T> CompletableFuture<T> on(Context eventLoop, Supplier<Future<T>> call) {
        CompletableFuture<T> done = new CompletableFuture<>();
        eventLoop.runOnContext(here -> call.get().onComplete(result -> {
            if (result.succeeded()) {
                done.complete(result.result());
            } else {
                done.completeExceptionally(result.cause());
            }
        }));
        return done;
    }
}
