package io.lembos.controllers.replicaset;

import io.lembos.api.error.ApiError;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntConsumer;

/**
 * The same call several times at once, each on a virtual thread of its own; waits for all.
 *
 * @param failures what went wrong, one per failed call
 */
record Batch(List<ApiError> failures) {

    static Batch run(int count, IntConsumer call) throws InterruptedException {
        Queue<ApiError> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int index = i;
            threads.add(Thread.startVirtualThread(() -> {
                try {
                    call.accept(index);
                } catch (ApiError e) {
                    failures.add(e);
                } catch (RuntimeException e) {
                    failures.add(ApiError.internal(String.valueOf(e)));
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return new Batch(List.copyOf(failures));
    }
}
