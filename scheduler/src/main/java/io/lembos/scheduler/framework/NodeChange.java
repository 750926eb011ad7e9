package io.lembos.scheduler.framework;

import io.lembos.scheduler.cache.NodeInfo;
import java.util.Set;

/**
 * A node came, went or is different.
 *
 * @param before without its pods; null when it came
 * @param after without its pods; null when it went
 */
public record NodeChange(Set<EventAction> actions, NodeInfo before, NodeInfo after) implements ClusterChange {
    public NodeChange {
        actions = Set.copyOf(actions);
    }

    @Override
    public EventResource resource() {
        return EventResource.NODE;
    }
}
