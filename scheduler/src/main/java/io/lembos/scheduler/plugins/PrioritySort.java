package io.lembos.scheduler.plugins;

import io.lembos.scheduler.framework.QueueSort;

/** Important pods first; among equally important ones, the one that waits longest. */
public record PrioritySort() implements QueueSort {

    @Override
    public String name() {
        return "PrioritySort";
    }

    @Override
    public int compare(Queued one, Queued other) {
        int byPriority = Integer.compare(other.pod().priority(), one.pod().priority());
        return byPriority != 0 ? byPriority : Long.compare(one.sinceNanos(), other.sinceNanos());
    }
}
