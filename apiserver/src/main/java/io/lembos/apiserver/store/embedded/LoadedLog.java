package io.lembos.apiserver.store.embedded;

import io.lembos.apiserver.store.Materializer;
import io.lembos.apiserver.store.cache.CacheLimits;
import io.lembos.apiserver.store.cache.Image;
import io.lembos.apiserver.store.cache.Image.Step;
import io.lembos.apiserver.store.cache.Image.Write;
import io.lembos.apiserver.store.cache.WatchCache;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The state that a log's rows add up to, rebuilt when the store opens.
 *
 * <p>Rows up to the compacted revision give the image that history begins at, because superseded ones may be missing
 * there; each later revision becomes a step again, so that a watch can resume across a restart.
 */
final class LoadedLog {
    private static final long FIRST_REVISION = 1;

    private final DeadRows deadRows = new DeadRows();
    private final ExpiryQueue expiries = new ExpiryQueue();
    private final Materializer materializer;
    private final long compactedRevision;
    private final List<Step> steps = new ArrayList<>();
    private final List<Write> pending = new ArrayList<>();
    private Image base = Image.empty(FIRST_REVISION);
    private Image latest = base;
    private long pendingRevision = FIRST_REVISION;
    private long nextId = 1;

    private LoadedLog(Materializer materializer, long compactedRevision) {
        this.materializer = materializer;
        this.compactedRevision = compactedRevision;
    }

    static LoadedLog from(SqliteLog log, Materializer materializer) {
        LoadedLog loaded = new LoadedLog(materializer, log.compactedRevision());
        log.read(loaded::add);
        loaded.finishRevision();
        loaded.finishBase();
        return loaded;
    }

    WatchCache cache(CacheLimits limits, Executor deliveries) {
        WatchCache cache = new WatchCache(base, limits, deliveries);
        cache.publish(steps);
        return cache;
    }

    DeadRows deadRows() {
        return deadRows;
    }

    ExpiryQueue expiries() {
        return expiries;
    }

    long nextId() {
        return nextId;
    }

    private void add(Row row) {
        if (row.revision() != pendingRevision) {
            finishRevision();
            if (row.revision() > compactedRevision) {
                finishBase();
            }
            pendingRevision = row.revision();
        }
        pending.add(new Write(row.key(), row.value()));
        deadRows.add(row);
        expiries.add(row);
        nextId = row.id() + 1;
    }

    private void finishRevision() {
        if (pending.isEmpty()) {
            return;
        }
        Step step = latest.step(pendingRevision, pending, materializer);
        latest = step.image();
        if (pendingRevision > compactedRevision) {
            steps.add(step);
        }
        pending.clear();
    }

    /** The compacted revision itself may have left no row. */
    private void finishBase() {
        if (steps.isEmpty() && latest.revision() < compactedRevision) {
            latest = new Image(compactedRevision, latest.entries());
        }
        if (steps.isEmpty()) {
            base = latest;
        }
    }
}
