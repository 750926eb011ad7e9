package io.lembos.apiserver.store.embedded;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which rows of the log nobody can see once a revision is compacted: the row before each newer row of its key, and each
 * deletion itself.
 *
 * <p>Fed with every row in the order of the log, from which it follows that the queue is ordered by the revision at
 * which a row died. Holds one number for each live key and each dead row not yet deleted; the writer deletes at
 * least twice as many as it adds, which bounds the queue by the history. Owned by the writer thread.
 */
final class DeadRows {
    private final Map<String, Long> liveIds = new HashMap<>();
    private final ArrayDeque<Dead> queue = new ArrayDeque<>();

    private record Dead(long id, long sinceRevision) {}

    void add(Row row) {
        Optional<Long> before = Optional.ofNullable(
                row.value().isPresent() ? liveIds.put(row.key(), row.id()) : liveIds.remove(row.key()));
        before.ifPresent(id -> queue.add(new Dead(id, row.revision())));
        if (row.value().isEmpty()) {
            queue.add(new Dead(row.id(), row.revision()));
        }
    }

    /** The oldest rows that are dead at a compacted revision, at most so many; they stay until {@link #remove}. */
    List<Long> deadAt(long compactedRevision, int limit) {
        List<Long> ids = new ArrayList<>();
        for (Dead dead : queue) {
            if (ids.size() == limit || dead.sinceRevision() > compactedRevision) {
                break;
            }
            ids.add(dead.id());
        }
        return ids;
    }

    /** Forgets the first rows of the queue, after they have been deleted from the log. */
    void remove(int rows) {
        for (int i = 0; i < rows; i++) {
            queue.remove();
        }
    }
}
