package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.Node;
import io.lembos.api.informer.Handler;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.NodeChange;
import io.lembos.scheduler.queue.SchedulingQueue;
import java.util.Set;

/** Feeds nodes to the cache, and then tells the queue: who is tried again sees the change. On the informer's thread. */
record NodeHandler(SchedulerCache cache, SchedulingQueue queue) implements Handler<Node> {

    @Override
    public void onAdd(Node node) {
        cache.putNode(node);
        queue.changed(new NodeChange(Set.of(EventAction.ADD), null, NodeInfo.empty(node)));
    }

    @Override
    public void onUpdate(Node before, Node after) {
        cache.putNode(after);
        NodeInfo was = NodeInfo.empty(before);
        NodeInfo is = NodeInfo.empty(after);
        Set<EventAction> actions = NodeChanges.between(was, is);
        if (!actions.isEmpty()) {
            queue.changed(new NodeChange(actions, was, is));
        }
    }

    @Override
    public void onDelete(Node last) {
        cache.removeNode(last.getMetadata().getName());
        queue.changed(new NodeChange(Set.of(EventAction.DELETE), NodeInfo.empty(last), null));
    }
}
