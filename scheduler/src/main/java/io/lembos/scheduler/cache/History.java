package io.lembos.scheduler.cache;

import java.util.List;
import java.util.Optional;

/** Says how one snapshot became another. */
public interface History {
    /** In order; empty if nobody remembers, or if the set of nodes or their labels changed in between. */
    Optional<List<Change>> changes(Snapshot from, Snapshot to);
}
