package io.lembos.apiserver.store.etcd;

import io.lembos.apiserver.store.StoreTimer;
import io.lembos.apiserver.store.cache.WatchCache;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets etcd forget what is older than the last interval, without which its file grows until it refuses writes.
 *
 * <p>Each round compacts at the revision that was the latest one round before, so that the other servers on this etcd
 * have that long to follow. Several servers doing so do no harm: the later one is refused. Runs on the timer's thread.
 */
final class EtcdCompactor {
    private static final Logger LOG = LoggerFactory.getLogger(EtcdCompactor.class);
    static final Duration INTERVAL = Duration.ofMinutes(5);

    private final EtcdConnection connection;
    private final WatchCache cache;
    private final StoreTimer timer;
    private StoreTimer.Wakeup wakeup = () -> {};
    private boolean closed;

    EtcdCompactor(EtcdConnection connection, WatchCache cache, StoreTimer timer) {
        this.connection = connection;
        this.cache = cache;
        this.timer = timer;
    }

    synchronized void scheduleNext() {
        if (!closed) {
            long revision = cache.revision();
            wakeup = timer.schedule(timer.now().plus(INTERVAL), () -> compact(revision));
        }
    }

    synchronized void close() {
        closed = true;
        wakeup.cancel();
    }

    private void compact(long revision) {
        connection.kv().compact(revision).whenComplete((response, refusal) -> {
            if (refusal != null) {
                LOG.debug("etcd did not compact at {}", revision, refusal);
            }
        });
        scheduleNext();
    }
}
