package io.lembos.apiserver.store.etcd;

import static io.lembos.apiserver.store.etcd.EtcdConnection.bytes;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.options.GetOption;
import io.lembos.apiserver.store.StoreUnavailableException;
import io.lembos.apiserver.store.cache.WatchCache;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The watch cache, not read before it has caught up with etcd.
 *
 * <p>etcd's revision also grows by writes outside of our prefix, which no event tells us about. etcd's own progress
 * notices would, but in versions before 3.4.25 and 3.5.8 they may overtake events that are still to come
 * (etcd issue 15220). So if the cache does not arrive within a moment, one reader writes the marker key: its event
 * arrives behind all others. At most one such write is under way.
 */
final class CaughtUpCache {
    private static final Duration MOMENT = Duration.ofMillis(100);

    private final EtcdConnection connection;
    private final EtcdListing listing;
    private final WatchCache cache;
    private final Duration timeout;
    private final ReadIndex readIndex = new ReadIndex(this::askRevision);
    private final AtomicBoolean marking = new AtomicBoolean();

    CaughtUpCache(EtcdConnection connection, EtcdListing listing, WatchCache cache, Duration timeout) {
        this.connection = connection;
        this.listing = listing;
        this.cache = cache;
        this.timeout = timeout;
    }

    WatchCache cache() {
        return cache;
    }

    /** The cache, with every commit acknowledged before this call; fails if etcd cannot be asked. */
    WatchCache latest() {
        awaitRevision(connection.ask(readIndex.latest()));
        return cache;
    }

    void awaitRevision(long revision) {
        try {
            if (cache.awaitRevision(revision, MOMENT)) {
                return;
            }
            mark();
            if (!cache.awaitRevision(revision, timeout)) {
                throw new StoreUnavailableException(
                        "revision " + revision + " did not arrive from etcd, the last is " + cache.revision());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw connection.unavailable(e);
        }
    }

    private void mark() {
        if (marking.compareAndSet(false, true)) {
            connection
                    .kv()
                    .put(bytes(listing.marker()), ByteSequence.EMPTY)
                    .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                    .whenComplete((response, failure) -> marking.set(false));
        }
    }

    /** Ends in any case: a client that is renewed meanwhile may forget its answers. */
    private CompletableFuture<Long> askRevision() {
        GetOption count = GetOption.builder().withCountOnly(true).build();
        return connection
                .kv()
                .get(bytes(listing.prefix()), count)
                .thenApply(response -> response.getHeader().getRevision())
                .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
}
