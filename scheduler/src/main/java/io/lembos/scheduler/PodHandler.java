package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.informer.Handler;
import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.PodChange;
import io.lembos.scheduler.preemption.Evictions;
import io.lembos.scheduler.queue.SchedulingQueue;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Feeds pods to the queue while they wait, and to the cache while they take room on a node; tells the queue what that means
 * to others. The cache hears first, so that who is tried again sees the change. On the informer's thread.
 *
 * @param isOurs whether a pod waits for this scheduler
 */
record PodHandler(
        SchedulerCache cache,
        SchedulingQueue queue,
        Predicate<Pod> isOurs,
        Nominations nominations,
        Evictions evictions)
        implements Handler<Pod> {

    @Override
    public void onAdd(Pod pod) {
        if (takesRoom(pod)) {
            cache.putPod(pod);
            queue.remove(ObjectKey.of(pod));
            queue.changed(PodChange.added(pod));
        } else if (isOurs.test(pod)) {
            nominations.seen(null, pod);
            queue.put(PodInfo.of(pod));
            queue.changed(PodChange.waiting(pod));
        }
    }

    @Override
    public void onUpdate(Pod before, Pod after) {
        if (!before.getMetadata().getUid().equals(after.getMetadata().getUid())) {
            onDelete(before);
            onAdd(after);
        } else if (takesRoom(after)) {
            updatePlaced(before, after);
        } else if (takesRoom(before)) {
            cache.putPod(after);
            queue.changed(PodChange.removed(before));
        } else if (isOurs.test(after)) {
            updateWaiting(before, after);
        } else {
            queue.remove(ObjectKey.of(after));
            nominations.end(after);
        }
    }

    @Override
    public void onDelete(Pod last) {
        queue.remove(ObjectKey.of(last));
        String uid = last.getMetadata().getUid();
        boolean tookRoom = takesRoom(last)
                || cache.isPlaced(uid)
                || cache.nominatedNode(uid).isPresent();
        cache.removePod(uid);
        evictions.seen(uid);
        if (tookRoom) {
            queue.changed(PodChange.removed(last));
        }
    }

    private void updatePlaced(Pod before, Pod after) {
        cache.putPod(after);
        if (!takesRoom(before)) {
            queue.remove(ObjectKey.of(after));
            queue.changed(PodChange.added(after));
            return;
        }
        if (after.getMetadata().getDeletionTimestamp() != null) {
            evictions.seen(after.getMetadata().getUid());
        }
        Set<EventAction> actions = PodChanges.between(before, after);
        if (!actions.isEmpty()) {
            queue.changed(PodChange.updated(actions, before, after));
        }
    }

    /** One that has been decided, and whose binding the watch has not shown yet, must not come back. */
    private void updateWaiting(Pod before, Pod after) {
        nominations.seen(before, after);
        PodChange change = PodChange.updatedWaiting(PodChanges.between(before, after), before, after);
        if (!queue.update(change) && !cache.isPlaced(after.getMetadata().getUid())) {
            queue.put(change.after());
        }
    }

    private static boolean takesRoom(Pod pod) {
        String node = pod.getSpec().getNodeName();
        return node != null && !node.isEmpty() && !SchedulerCache.hasEnded(pod);
    }
}
