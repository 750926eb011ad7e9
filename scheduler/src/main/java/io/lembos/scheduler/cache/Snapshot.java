package io.lembos.scheduler.cache;

import java.util.List;

/**
 * All nodes at one moment, in order of their names. Immutable.
 *
 * @param nodes unmodifiable
 */
public record Snapshot(List<NodeInfo> nodes) {
    public Snapshot {
        nodes = List.copyOf(nodes);
    }
}
