package io.lembos.apiserver.store.embedded;

import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Materializer;
import io.lembos.apiserver.store.cache.CacheLimits;
import io.lembos.apiserver.store.cache.Image;
import io.lembos.apiserver.store.cache.Image.Step;
import io.lembos.apiserver.store.cache.Image.Write;
import io.lembos.apiserver.store.cache.WatchCache;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.pcollections.TreePMap;

/**
 * The state that a log's rows add up to, rebuilt when the store opens.
 *
 * <p>Rows up to the compacted revision give the image that history begins at, because superseded ones may be missing
 * there; each later revision becomes a step again, so that a watch can resume across a restart.
 */
final class LoadedLog {
    private final DeadRows deadRows = new DeadRows();
    private final ExpiryQueue expiries = new ExpiryQueue();
    private final Materializer materializer;
    private final long compactedRevision;
    private final TreeMap<String, Entry> compacted = new TreeMap<>();
    private final List<Row> later = new ArrayList<>();
    private long nextId = 1;

    private LoadedLog(Materializer materializer, long compactedRevision) {
        this.materializer = materializer;
        this.compactedRevision = compactedRevision;
    }

    static LoadedLog from(SqliteLog log, Materializer materializer) {
        LoadedLog loaded = new LoadedLog(materializer, log.compactedRevision());
        log.read(loaded::add);
        return loaded;
    }

    WatchCache cache(CacheLimits limits, Executor deliveries) {
        Image base = new Image(compactedRevision, TreePMap.fromSortedMap(compacted));
        WatchCache cache = new WatchCache(base, limits, deliveries);
        cache.publish(steps(base));
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
        deadRows.add(row);
        expiries.add(row);
        nextId = row.id() + 1;
        if (row.revision() > compactedRevision) {
            later.add(row);
        } else if (row.value().isPresent()) {
            byte[] bytes = materializer.materialize(row.key(), row.value().get(), row.revision());
            compacted.put(row.key(), new Entry(row.key(), bytes, row.createRevision(), row.revision()));
        } else {
            compacted.remove(row.key());
        }
    }

    private List<Step> steps(Image base) {
        List<Step> steps = new ArrayList<>();
        Image image = base;
        int first = 0;
        while (first < later.size()) {
            long revision = later.get(first).revision();
            List<Write> writes = new ArrayList<>();
            int next = first;
            while (next < later.size() && later.get(next).revision() == revision) {
                writes.add(new Write(later.get(next).key(), later.get(next).value()));
                next++;
            }
            Step step = image.step(revision, writes, materializer);
            steps.add(step);
            image = step.image();
            first = next;
        }
        return steps;
    }
}
