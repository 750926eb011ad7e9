package io.lembos.scheduler.framework;

import java.util.Set;
import java.util.stream.Collectors;

/** Something that happened in the cluster and may help a pod that waits. Immutable. */
public sealed interface ClusterChange permits NodeChange, ObjectChange, PodChange {
    EventResource resource();

    /** One or more; several when one update did several things. */
    Set<EventAction> actions();

    /** As kube-scheduler's metrics name it. */
    default String label() {
        return actions().stream()
                .sorted()
                .map(action -> resource().label() + action.label())
                .collect(Collectors.joining(","));
    }
}
