package io.lembos.apiserver.crd;

import io.lembos.api.time.Clock;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.store.StoreUnavailableException;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * Tells that some definition may have changed, by following the store. A signal carries nothing and several are one, so that
 * there is nothing to overflow; when the watch breaks it is begun anew and counts as a change.
 */
public final class DefinitionSignal implements AutoCloseable {
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Store store;
    private final Clock clock;
    private final Semaphore raised = new Semaphore(1);
    private volatile Cancellable watch = () -> {};
    private volatile boolean closed;

    public DefinitionSignal(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    void follow() {
        if (closed) {
            return;
        }
        try {
            watch = store.watch(StoredKinds.PREFIX, store.revision())
                    .subscribe()
                    .with(event -> raise(), failure -> again(), () -> {});
        } catch (StoreUnavailableException e) {
            again();
        }
        raise();
    }

    private void again() {
        if (!closed) {
            clock.after(RETRY, this::follow);
        }
    }

    void raise() {
        if (raised.availablePermits() == 0) {
            raised.release();
        }
    }

    /** Waits for the next signal and takes all that have come. */
    void await() throws InterruptedException {
        raised.acquire();
        raised.drainPermits();
    }

    @Override
    public void close() {
        closed = true;
        watch.cancel();
    }
}
