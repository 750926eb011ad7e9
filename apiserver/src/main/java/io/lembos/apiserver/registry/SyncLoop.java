package io.lembos.apiserver.registry;

import io.lembos.api.error.ApiError;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.StoreEvent;
import io.lembos.apiserver.store.StoreFollower;
import io.lembos.apiserver.store.StoreUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings something up to date once at the start, and again whenever it is told that something may have changed. To be told
 * carries nothing and several times are one, so that there is nothing to overflow; what fails is tried again, whatever the
 * failure.
 *
 * <p>One thread of its own, which owns the timer of the next try. {@link #raise} may be called by any thread and does not block.
 */
public final class SyncLoop implements StoreFollower.View, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SyncLoop.class);
    static final Duration RETRY = Duration.ofSeconds(1);

    private final Clock clock;
    private final Sync sync;
    private final Semaphore raised = new Semaphore(1);
    private final Thread thread;
    private Clock.Timer next = () -> {};
    private volatile boolean closed;

    /** What is to be done. */
    @FunctionalInterface
    public interface Sync {
        /** @return when to do it again without being told; empty for not before being told */
        Optional<Duration> run();
    }

    private SyncLoop(String name, Clock clock, Sync sync) {
        this.clock = clock;
        this.sync = sync;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::work);
    }

    /** @param name of the thread, and in the log */
    public static SyncLoop start(String name, Clock clock, Sync sync) {
        SyncLoop loop = new SyncLoop(name, clock, sync);
        loop.thread.start();
        return loop;
    }

    /** Something may have changed. */
    public void raise() {
        if (raised.availablePermits() == 0) {
            raised.release();
        }
    }

    @Override
    public void replace(List<Entry> entries) {
        raise();
    }

    @Override
    public void apply(StoreEvent.Change change) {
        raise();
    }

    /** Returns when the thread has ended, or after ten seconds. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        try {
            while (!closed) {
                raised.acquire();
                raised.drainPermits();
                next.cancel();
                Optional<Duration> again = tried();
                if (!closed) {
                    again.ifPresent(delay -> next = clock.after(delay, this::raise));
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("{} stopped", thread.getName());
        }
        next.cancel();
    }

    private Optional<Duration> tried() {
        try {
            return sync.run();
        } catch (ApiError | StoreUnavailableException e) {
            if (!closed) {
                LOG.warn("{} will try again: {}", thread.getName(), e.getMessage());
            }
        } catch (RuntimeException e) {
            LOG.error("{} failed and will try again", thread.getName(), e);
        }
        return Optional.of(RETRY);
    }
}
