package io.lembos.apiserver.store.etcd;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The revision that a reader has to see, asked of etcd once for all readers that wait.
 *
 * <p>Promise: the answer is at least the revision of every commit acknowledged before the reader asked. A question that
 * is under way may have been answered before that, so a reader never joins it but the next one, which starts when the
 * present one ends. At most one question is under way, whatever the number of readers. Guarded by the monitor.
 */
final class ReadIndex {
    private final Supplier<CompletableFuture<Long>> question;
    private Optional<CompletableFuture<Long>> next = Optional.empty();
    private boolean asking;

    ReadIndex(Supplier<CompletableFuture<Long>> question) {
        this.question = question;
    }

    CompletableFuture<Long> latest() {
        CompletableFuture<Long> mine;
        boolean ask;
        synchronized (this) {
            mine = next.orElseGet(CompletableFuture::new);
            next = Optional.of(mine);
            ask = !asking;
            asking = true;
        }
        if (ask) {
            askNext();
        }
        return mine;
    }

    private void askNext() {
        CompletableFuture<Long> waiting;
        synchronized (this) {
            if (next.isEmpty()) {
                asking = false;
                return;
            }
            waiting = next.get();
            next = Optional.empty();
        }
        ask().whenComplete((revision, failure) -> {
            if (failure == null) {
                waiting.complete(revision);
            } else {
                waiting.completeExceptionally(failure);
            }
            askNext();
        });
    }

    private CompletableFuture<Long> ask() {
        try {
            return question.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
