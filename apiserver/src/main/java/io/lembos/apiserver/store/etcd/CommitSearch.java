package io.lembos.apiserver.store.etcd;

import io.lembos.apiserver.store.Commit;
import io.lembos.apiserver.store.CommitResult;
import io.lembos.apiserver.store.Entry;
import io.lembos.apiserver.store.Materializer;
import io.lembos.apiserver.store.Op;
import io.lembos.apiserver.store.StoreEvent;
import io.lembos.apiserver.store.StoreUnavailableException;
import io.lembos.apiserver.store.cache.WatchCache;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds a commit whose answer was lost in the changes that have been made since it was sent.
 *
 * <p>Proofs: a revision at which the very writes were made, on the expected revisions, is this commit (or one equal to
 * it). If it is not there, and a key that should have had revision n (not: been absent) has another one now, then the
 * commit can never happen any more, because a revision does not come back. In all other cases it may still be under
 * way inside etcd: {@code Unknown}.
 */
final class CommitSearch {
    private final WatchCache cache;
    private final Runnable catchUp;
    private final Materializer materializer;

    /** {@code catchUp} returns when the cache has seen all that etcd has acknowledged, or throws. */
    CommitSearch(WatchCache cache, Runnable catchUp, Materializer materializer) {
        this.cache = cache;
        this.catchUp = catchUp;
        this.materializer = materializer;
    }

    /** The best that can be said about a commit sent when the cache was at revision {@code before}. */
    CommitResult resolve(Commit commit, long before, Throwable cause) {
        try {
            catchUp.run();
        } catch (StoreUnavailableException e) {
            return new CommitResult.Unknown(cause);
        }
        Optional<List<StoreEvent.Change>> changes = cache.eventsSince(before);
        if (changes.isEmpty()) {
            return new CommitResult.Unknown(cause);
        }
        Map<Long, List<StoreEvent.Change>> byRevision = new LinkedHashMap<>();
        changes.get()
                .forEach(c -> byRevision
                        .computeIfAbsent(c.revision(), r -> new ArrayList<>())
                        .add(c));
        for (var revision : byRevision.entrySet()) {
            if (isThis(commit, revision.getValue())) {
                return committed(revision.getKey(), revision.getValue());
            }
        }
        return overtaken(commit).orElseGet(() -> new CommitResult.Unknown(cause));
    }

    /** The result of a commit that etcd has confirmed and the cache has seen. */
    CommitResult committed(Commit commit, long revision) {
        List<StoreEvent.Change> changes = cache.eventsSince(revision - 1).orElse(List.of()).stream()
                .filter(change -> change.revision() == revision)
                .toList();
        if (changes.isEmpty()) {
            return new CommitResult.Unknown(
                    new StoreUnavailableException("revision " + revision + " was compacted before it was seen"));
        }
        return committed(revision, changes);
    }

    private static CommitResult committed(long revision, List<StoreEvent.Change> changes) {
        List<Entry> written = changes.stream()
                .filter(change -> !(change instanceof StoreEvent.Deleted))
                .map(StoreEvent.Change::entry)
                .toList();
        return new CommitResult.Committed(revision, written);
    }

    private boolean isThis(Commit commit, List<StoreEvent.Change> changes) {
        if (changes.size() != commit.ops().size()) {
            return false;
        }
        for (int i = 0; i < changes.size(); i++) {
            if (!isThis(commit.ops().get(i), changes.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean isThis(Op op, StoreEvent.Change change) {
        Entry entry = change.entry();
        if (!entry.key().equals(op.key())) {
            return false;
        }
        long previous = switch (change) {
            case StoreEvent.Created created -> Op.ABSENT;
            case StoreEvent.Updated updated -> updated.previous().modRevision();
            case StoreEvent.Deleted deleted -> deleted.previous().modRevision();
        };
        boolean expected = op.expected().isEmpty() || op.expected().getAsLong() == previous;
        return expected
                && switch (op) {
                    case Op.Put put ->
                        !(change instanceof StoreEvent.Deleted)
                                && Arrays.equals(
                                        entry.bytes(),
                                        materializer.materialize(put.key(), put.value(), change.revision()));
                    case Op.Delete delete -> change instanceof StoreEvent.Deleted;
                };
    }

    private Optional<CommitResult> overtaken(Commit commit) {
        for (Op op : commit.ops()) {
            Optional<Entry> current = cache.image().get(op.key());
            long actual = current.map(Entry::modRevision).orElse(Op.ABSENT);
            long expected = op.expected().orElse(Op.ABSENT);
            if (expected != Op.ABSENT && expected != actual) {
                return Optional.of(new CommitResult.Conflict(op.key(), current));
            }
        }
        return Optional.empty();
    }
}
