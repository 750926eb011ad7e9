package io.lembos.scheduler.plugins.dynamicresources;

import io.lembos.api.meta.ObjectKey;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;

/** Lets threads wait until the watch has shown something of a claim. Safe for all threads. */
public final class Confirmations implements AutoCloseable {
    private final Map<ObjectKey, Set<Wait>> waiting = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private record Wait(BooleanSupplier condition, CompletableFuture<Boolean> met) {
        void look() {
            if (condition.getAsBoolean()) {
                met.complete(true);
            }
        }
    }

    /** What is known of the claim has changed. */
    public void changed(ObjectKey claim) {
        waiting.getOrDefault(claim, Set.of()).forEach(Wait::look);
    }

    /**
     * Returns when the condition holds.
     *
     * @return false if this was closed before
     */
    boolean await(ObjectKey claim, BooleanSupplier condition) throws InterruptedException {
        Wait wait = new Wait(condition, new CompletableFuture<>());
        waiting.compute(claim, (key, present) -> {
            Set<Wait> all = present == null ? ConcurrentHashMap.newKeySet() : present;
            all.add(wait);
            return all;
        });
        try {
            wait.look();
            if (closed) {
                wait.met().complete(false);
            }
            return wait.met().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            waiting.computeIfPresent(claim, (key, all) -> {
                all.remove(wait);
                return all.isEmpty() ? null : all;
            });
        }
    }

    @Override
    public void close() {
        closed = true;
        waiting.values().forEach(all -> all.forEach(wait -> wait.met().complete(false)));
    }
}
