package io.lembos.apiserver.store.embedded;

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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/**
 * The store in one SQLite file of this process: all of {@link Store}'s promises, on one machine.
 *
 * <p>Durability is the {@link CommitWriter}'s, reads and watches are the {@link WatchCache}'s. A second store on the
 * same directory is refused with {@link StoreUnavailableException}; a damaged file with
 * {@link io.lembos.apiserver.store.StoreCorruptedException}. If a transaction's commit fails, all later calls fail:
 * the store then has to be opened anew, which finds out what the file holds.
 */
public final class EmbeddedStore implements Store {
    private final SqliteLog log;
    private final WatchCache cache;
    private final CommitWriter writer;
    private final Thread thread;

    private EmbeddedStore(SqliteLog log, WatchCache cache, CommitWriter writer) {
        this.log = log;
        this.cache = cache;
        this.writer = writer;
        this.thread = Thread.ofPlatform().daemon().name("store-writer").unstarted(writer);
    }

    /** Opens or creates the store and reads what is live into memory. The timer stays the caller's. */
    public static EmbeddedStore open(EmbeddedConfig config, Materializer materializer, StoreTimer timer) {
        SqliteLog log = SqliteLog.open(config);
        try {
            LoadedLog loaded = LoadedLog.from(log, materializer);
            WatchCache cache = loaded.cache(config.limits(), Executors.newVirtualThreadPerTaskExecutor());
            CommitWriter writer = new CommitWriter(log, cache, loaded, materializer, timer, config.queueCommitsMax());
            EmbeddedStore store = new EmbeddedStore(log, cache, writer);
            store.thread.start();
            return store;
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
    }

    @Override
    public CommitResult commit(Commit commit) {
        Optional<RuntimeException> failure = writer.failure();
        if (failure.isPresent()) {
            return new CommitResult.Unavailable(failure.get());
        }
        try {
            return writer.submit(commit).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new CommitResult.Unknown(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the writer answers with results only", e);
        }
    }

    @Override
    public Optional<Entry> get(String key) {
        requireUsable();
        return cache.image().get(key);
    }

    @Override
    public RangeResult range(Range range) {
        requireUsable();
        return cache.range(range);
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
        return false;
    }

    @Override
    public int watchers() {
        return cache.watchers();
    }

    @Override
    public void close() {
        try {
            if (thread.isAlive()) {
                writer.stop();
            }
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        cache.close();
        log.close();
    }

    private void requireUsable() {
        writer.failure().ifPresent(cause -> {
            throw new StoreUnavailableException("the store does not answer: " + cause.getMessage(), cause);
        });
    }
}
