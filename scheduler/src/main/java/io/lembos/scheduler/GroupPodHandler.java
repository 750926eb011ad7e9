package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.informer.Handler;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.gang.PodGroups;

/** Counts the pods of each group, before anybody else hears of them. On the informer's thread. */
record GroupPodHandler(PodGroups groups) implements Handler<Pod> {

    @Override
    public void onAdd(Pod pod) {
        if (SchedulerCache.hasEnded(pod)) {
            groups.remove(pod);
        } else {
            groups.put(pod);
        }
    }

    @Override
    public void onUpdate(Pod before, Pod after) {
        if (!before.getMetadata().getUid().equals(after.getMetadata().getUid())) {
            groups.remove(before);
        }
        onAdd(after);
    }

    @Override
    public void onDelete(Pod last) {
        groups.remove(last);
    }
}
