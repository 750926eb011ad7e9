package io.lembos.scheduler.framework;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.cache.PodInfo;
import java.util.Optional;
import java.util.Set;

/**
 * A pod came, went or is different. What scheduling needs of it is computed when a hint asks: most changes interest nobody.
 * Immutable; computed twice at worst when two threads ask at once.
 */
public final class PodChange implements ClusterChange {
    private final EventResource resource;
    private final Set<EventAction> actions;
    private final Pod beforePod;
    private final Pod afterPod;
    private PodInfo before;
    private PodInfo after;

    private PodChange(EventResource resource, Set<EventAction> actions, Pod beforePod, Pod afterPod) {
        this.resource = resource;
        this.actions = Set.copyOf(actions);
        this.beforePod = beforePod;
        this.afterPod = afterPod;
    }

    /** A pod takes room on a node. */
    public static PodChange added(Pod pod) {
        return new PodChange(EventResource.POD, Set.of(EventAction.ADD), null, pod);
    }

    /** A pod that has a node is different. */
    public static PodChange updated(Set<EventAction> actions, Pod before, Pod after) {
        return new PodChange(EventResource.POD, actions, before, after);
    }

    /** A pod takes no room any more: it is gone, has ended, or was not bound after all. */
    public static PodChange removed(Pod pod) {
        return new PodChange(EventResource.POD, Set.of(EventAction.DELETE), pod, null);
    }

    /** A pod begins to wait for a node. */
    public static PodChange waiting(Pod pod) {
        return new PodChange(EventResource.UNSCHEDULED_POD, Set.of(EventAction.ADD), null, pod);
    }

    /** A pod that waits is different. */
    public static PodChange updatedWaiting(Set<EventAction> actions, Pod before, Pod after) {
        return new PodChange(EventResource.UNSCHEDULED_POD, actions, before, after);
    }

    @Override
    public EventResource resource() {
        return resource;
    }

    @Override
    public Set<EventAction> actions() {
        return actions;
    }

    /** Null when it came. */
    public PodInfo before() {
        if (before == null && beforePod != null) {
            before = PodInfo.of(beforePod);
        }
        return before;
    }

    /** Null when it went. */
    public PodInfo after() {
        if (after == null && afterPod != null) {
            after = PodInfo.of(afterPod);
        }
        return after;
    }

    /** The PodGroup of the pod. */
    public Optional<ObjectKey> group() {
        return PodInfo.group(afterPod == null ? beforePod : afterPod);
    }

    /** Whether this is a change of that pod itself. */
    public boolean isOf(PodInfo pod) {
        return (afterPod == null ? beforePod : afterPod).getMetadata().getUid().equals(pod.uid());
    }
}
