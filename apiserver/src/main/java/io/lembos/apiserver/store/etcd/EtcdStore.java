package io.lembos.apiserver.store.etcd;

import io.lembos.apiserver.store.Commit;
import io.lembos.apiserver.store.CommitResult;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Materializer;
import io.lembos.apiserver.store.Range;
import io.lembos.apiserver.store.RangeResult;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.store.StoreEvent;
import io.lembos.apiserver.store.StoreTimer;
import io.lembos.apiserver.store.StoreUnavailableException;
import io.lembos.apiserver.store.cache.WatchCache;
import io.smallrye.mutiny.Multi;
import java.util.Optional;
import java.util.concurrent.Executors;

/**
 * The store on etcd 3.4 or later, beside any number of other servers on the same etcd.
 *
 * <p>Reads come from memory, after asking etcd which revision they must see; a range at a revision that is known here
 * asks nobody. While etcd is lost: commits are {@code Unavailable} or {@code Unknown}, reads of the latest state fail with
 * {@link StoreUnavailableException}, watches stay open and continue without gap when etcd is back. History begins when
 * the store opens: an older watch has to list again.
 */
public final class EtcdStore implements Store {
    private final EtcdConnection connection;
    private final CaughtUpCache caughtUp;
    private final WatchCache cache;
    private final EtcdCommits commits;
    private final EtcdFollower follower;
    private final EtcdCompactor compactor;
    private final Thread thread;
    private volatile boolean closed;

    private EtcdStore(EtcdConfig config, EtcdConnection connection, Materializer materializer, StoreTimer timer) {
        EtcdListing listing = new EtcdListing(connection, config.prefix(), materializer);
        this.connection = connection;
        this.cache = new WatchCache(listing.read(), config.limits(), Executors.newVirtualThreadPerTaskExecutor());
        this.caughtUp = new CaughtUpCache(connection, listing, cache, config.requestTimeout());
        this.commits = new EtcdCommits(
                connection,
                listing,
                new LeasePool(connection, timer),
                caughtUp,
                new CommitSearch(cache, caughtUp::latest, materializer));
        this.follower = new EtcdFollower(connection, listing, cache, materializer);
        this.compactor = new EtcdCompactor(connection, cache, timer);
        this.thread = Thread.ofVirtual().name("etcd-follower").unstarted(follower);
    }

    /** Connects and reads everything under the prefix into memory; fails if etcd does not answer in time. */
    public static EtcdStore open(EtcdConfig config, Materializer materializer, StoreTimer timer) {
        EtcdConnection connection = new EtcdConnection(config);
        try {
            EtcdStore store = new EtcdStore(config, connection, materializer, timer);
            store.thread.start();
            store.compactor.scheduleNext();
            return store;
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public CommitResult commit(Commit commit) {
        return closed ? new CommitResult.Unavailable(closedFailure()) : commits.commit(commit);
    }

    @Override
    public Optional<Entry> get(String key) {
        requireOpen();
        return caughtUp.latest().image().get(key);
    }

    @Override
    public RangeResult range(Range range) {
        requireOpen();
        boolean known = range.revision() != Range.LATEST && range.revision() <= cache.revision();
        return known ? cache.range(range) : caughtUp.latest().range(range);
    }

    @Override
    public Multi<StoreEvent> watch(String prefix, long fromRevision) {
        return cache.watch(prefix, fromRevision);
    }

    @Override
    public void requestProgress() {
        cache.requestProgress();
    }

    @Override
    public long revision() {
        return cache.revision();
    }

    @Override
    public long compactedRevision() {
        return cache.compactedRevision();
    }

    @Override
    public boolean isShared() {
        return true;
    }

    @Override
    public int watchers() {
        return cache.watchers();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        compactor.close();
        follower.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        cache.close();
        connection.close();
    }

    private void requireOpen() {
        if (closed) {
            throw closedFailure();
        }
    }

    private static StoreUnavailableException closedFailure() {
        return new StoreUnavailableException("the store is closed");
    }
}
