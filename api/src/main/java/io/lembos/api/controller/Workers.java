package io.lembos.api.controller;

import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.queue.WorkQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Virtual threads that take keys from a queue and reconcile them, one key on one worker at a time. A failure brings the
 * key back after its back-off; a conflict is expected and only logged at debug level.
 */
public final class Workers<K> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);

    private final String name;
    private final WorkQueue<K> queue;
    private final Reconciler<K> reconciler;
    private final List<Thread> threads = new ArrayList<>();

    public Workers(String name, WorkQueue<K> queue, Reconciler<K> reconciler) {
        this.name = name;
        this.queue = queue;
        this.reconciler = reconciler;
    }

    /** Starts {@code count} workers; called once. */
    public Workers<K> start(int count) {
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofVirtual().name(name + "-" + i).start(this::run));
        }
        return this;
    }

    /** Stops taking keys and interrupts what is under way. */
    @Override
    public void close() {
        queue.close();
        threads.forEach(Thread::interrupt);
    }

    private void run() {
        try {
            for (Optional<K> key = queue.take(); key.isPresent(); key = queue.take()) {
                process(key.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void process(K key) throws InterruptedException {
        try {
            Optional<Duration> again = reconciler.reconcile(key);
            queue.forget(key);
            again.ifPresent(delay -> queue.addAfter(key, delay));
        } catch (ApiError e) {
            if (e.is(Reason.Conflict)) {
                LOG.debug("{} {}: {}", name, key, e.getMessage());
            } else {
                LOG.warn("{} {}: {}", name, key, e.getMessage());
            }
            queue.addRateLimited(key);
        } catch (RuntimeException e) {
            LOG.error("{} failed on {}", name, key, e);
            queue.addRateLimited(key);
        } finally {
            queue.done(key);
        }
    }
}
