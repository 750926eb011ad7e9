package io.lembos.dashboard.live;

import io.lembos.dashboard.rows.Row;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a reader has not been told yet about one table: for each row its last state only.
 *
 * <p>A row that came and went between two messages is dropped, because the reader never saw it. So there are never more
 * entries than rows that the reader shows plus rows that exist, however long it does not read. Not safe for threads; its
 * {@link LiveView} guards it.
 */
final class PendingRows {
    /**
     * @param row the last state, null if the row is gone
     * @param known whether the reader has been sent the row before
     */
    record Change(Row row, boolean known) {}

    private final Map<String, Change> changes = new LinkedHashMap<>();

    /** Notes a change; one of the two rows may be null. */
    void note(Row before, Row after) {
        String uid = after != null ? after.uid() : before.uid();
        Change earlier = changes.get(uid);
        boolean known = earlier == null ? before != null : earlier.known();
        if (after != null || known) {
            changes.put(uid, new Change(after, known));
        } else {
            changes.remove(uid);
        }
    }

    int size() {
        return changes.size();
    }

    /** Takes out the oldest changes, at most this many. */
    Map<String, Change> take(int max) {
        Map<String, Change> taken = new LinkedHashMap<>();
        var all = changes.entrySet().iterator();
        while (all.hasNext() && taken.size() < max) {
            var entry = all.next();
            taken.put(entry.getKey(), entry.getValue());
            all.remove();
        }
        return taken;
    }
}
