package io.lembos.scheduler.queue;

import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.framework.ClusterChange;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.EventResource;
import io.lembos.scheduler.framework.PodChange;
import io.lembos.scheduler.framework.QueueSort;
import java.util.Optional;
import java.util.Set;

/** A pod somewhere in the queue. Guarded by the queue's lock. */
final class QueuedPod implements QueueSort.Queued {
    PodInfo pod;
    Where where;
    long sinceNanos;
    /** Breaks ties: no two pods have the same. */
    long sequence;

    /** Never changes. */
    final Optional<ObjectKey> group;

    /** When it first came to be tried, gated no more; of no meaning before. */
    long enteredNanos;

    boolean entered;

    int attempts;
    int rejections;
    int errorsInRow;
    /** When its back-off ends. */
    long readyNanos;

    /** Who has rejected it, or keeps it aside. */
    Set<Rejector> rejectedBy = Set.of();
    /** Tried again after this attempt, whatever it finds. */
    boolean activated;

    /** In which part of the queue. */
    enum Where {
        ACTIVE,
        BACKOFF,
        UNSCHEDULABLE,
        GATED,
        IN_FLIGHT
    }

    QueuedPod(PodInfo pod) {
        this.pod = pod;
        group = pod.group();
    }

    @Override
    public PodInfo pod() {
        return pod;
    }

    @Override
    public long sinceNanos() {
        return sinceNanos;
    }

    /** Whether the last attempt failed for a reason that lies not in the pod. */
    boolean inError() {
        return errorsInRow > 0;
    }

    /** A pod that was kept from its node makes room for others, which is no news to itself. */
    boolean isItself(ClusterChange change) {
        return change.resource() == EventResource.POD && change instanceof PodChange other && other.isOf(pod);
    }

    /** Whether anybody might be helped. Pods that wait help nobody by being there, and only themselves by being different. */
    boolean mayBeHelped(ClusterChange change) {
        return change.resource() != EventResource.UNSCHEDULED_POD && !isItself(change)
                || change.resource() == EventResource.UNSCHEDULED_POD
                        && change instanceof PodChange other
                        && other.isOf(pod)
                        && !change.actions().contains(EventAction.ADD);
    }
}
