package io.lembos.apiserver.store;

import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a view of all entries below a prefix: tells it everything that is there, then every change in order, and
 * everything again when changes were missed. The view is complete when {@link #start} returns.
 *
 * <p>The view is called by one thread at a time: that of {@code start}, then the watch's. {@code lock} guards the rest.
 * Ends with the store or with {@link #close}.
 */
public final class StoreFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreFollower.class);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final Store store;
    private final String prefix;
    private final View view;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private Cancellable watch;
    private boolean closed;

    /** What follows the store. */
    public interface View {
        /** Everything there is; what was known before and is not named is gone. */
        void replace(List<Entry> entries);

        void apply(StoreEvent.Change change);
    }

    private StoreFollower(Store store, String prefix, View view) {
        this.store = store;
        this.prefix = prefix;
        this.view = view;
    }

    /** @throws StoreUnavailableException when the store cannot be read */
    public static StoreFollower start(Store store, String prefix, View view) {
        StoreFollower follower = new StoreFollower(store, prefix, view);
        follower.listAndWatch();
        return follower;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
            if (watch != null) {
                watch.cancel();
            }
        } finally {
            lock.unlock();
        }
    }

    private void listAndWatch() {
        RangeResult.Page page = (RangeResult.Page) store.range(Range.of(prefix));
        view.replace(page.entries());
        Cancellable begun = store.watch(prefix, page.revision())
                .subscribe()
                .with(
                        event -> {
                            if (event instanceof StoreEvent.Change change) {
                                view.apply(change);
                            }
                        },
                        failure -> Thread.startVirtualThread(this::startAgain));
        lock.lock();
        try {
            watch = begun;
            if (closed) {
                begun.cancel();
            }
        } finally {
            lock.unlock();
        }
    }

    private void startAgain() {
        while (!isClosed()) {
            try {
                listAndWatch();
                return;
            } catch (StoreUnavailableException e) {
                LOG.warn("Cannot list {}, trying again: {}", prefix, e.getMessage());
                pause();
            }
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private void pause() {
        lock.lock();
        try {
            if (!closed) {
                closing.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
