package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.scheduling.v1alpha2.PodGroup;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.EventResource;
import io.lembos.scheduler.framework.ObjectChange;
import io.lembos.scheduler.gang.PodGroups;
import io.lembos.scheduler.queue.SchedulingQueue;
import java.util.Objects;
import java.util.Set;

/** Keeps the PodGroups as the API server has them, and then tells the queue. On the informer's thread. */
final class PodGroupWatch implements Handler<PodGroup>, AutoCloseable {
    private final PodGroups groups;
    private final SchedulingQueue queue;
    private final Informer<PodGroup> informer;

    PodGroupWatch(Client client, Clock clock, PodGroups groups, SchedulingQueue queue) {
        this.groups = groups;
        this.queue = queue;
        informer = new Informer<>(client, Resources.POD_GROUPS, ListOptions.ALL, clock).addHandler(this);
    }

    void start() {
        informer.start();
    }

    void awaitSync() throws InterruptedException {
        informer.awaitSync();
    }

    @Override
    public void onAdd(PodGroup group) {
        groups.put(group);
        tell(EventAction.ADD, null, group);
    }

    @Override
    public void onUpdate(PodGroup before, PodGroup after) {
        groups.put(after);
        // Most updates are the scheduler's own, of the status.
        if (!Objects.equals(before.getSpec(), after.getSpec())) {
            tell(EventAction.UPDATE, before, after);
        }
    }

    @Override
    public void onDelete(PodGroup last) {
        groups.remove(ObjectKey.of(last));
        tell(EventAction.DELETE, last, null);
    }

    private void tell(EventAction action, PodGroup before, PodGroup after) {
        queue.changed(new ObjectChange(EventResource.POD_GROUP, Set.of(action), before, after));
    }

    @Override
    public void close() {
        informer.close();
    }
}
