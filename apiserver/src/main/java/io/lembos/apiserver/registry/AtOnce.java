package io.lembos.apiserver.registry;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Runs writes at the same time, each on a virtual thread of its own, so that they become one commit on disk. */
public final class AtOnce {
    private AtOnce() {}

    /** Returns when all have ended; fails with what one of them failed with. */
    public static void run(List<Runnable> tasks) {
        try {
            CompletableFuture.allOf(tasks.stream()
                            .map(task -> CompletableFuture.runAsync(task, Thread::startVirtualThread))
                            .toArray(CompletableFuture[]::new))
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
