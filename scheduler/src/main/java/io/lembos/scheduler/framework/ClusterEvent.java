package io.lembos.scheduler.framework;

import java.util.Set;

/** A kind of change that a plugin waits for: any of these actions on the resource. */
public record ClusterEvent(EventResource resource, Set<EventAction> actions) {
    public ClusterEvent {
        actions = Set.copyOf(actions);
    }

    public static ClusterEvent of(EventResource resource, EventAction... actions) {
        return new ClusterEvent(resource, Set.of(actions));
    }
}
