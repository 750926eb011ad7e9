package io.lembos.scheduler.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The last changes, in order. Guarded by its owner. */
final class ChangeLog {
    private static final int CAPACITY = 1 << 15;

    private final Change[] ring = new Change[CAPACITY];
    private long end;

    /** @param sequence that of the snapshot after the change; follows the one before by 1 */
    void add(long sequence, Change change) {
        ring[(int) (sequence % CAPACITY)] = change;
        end = sequence;
    }

    /** What led from one snapshot to another; empty if that is too long ago. */
    Optional<List<Change>> between(long from, long to) {
        if (end - from > CAPACITY || from > to) {
            return Optional.empty();
        }
        List<Change> changes = new ArrayList<>((int) (to - from));
        for (long each = from + 1; each <= to; each++) {
            changes.add(ring[(int) (each % CAPACITY)]);
        }
        return Optional.of(changes);
    }
}
