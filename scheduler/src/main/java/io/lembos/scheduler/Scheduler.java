package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.client.Patch;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cycle.Decision;
import io.lembos.scheduler.cycle.SchedulingCycle;
import io.lembos.scheduler.plugins.DefaultPlugins;
import io.lembos.scheduler.queue.SchedulingQueue;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The default scheduler: gives every pod that names it (or nobody) a node.
 *
 * <p>One virtual thread decides, pod after pod; each decision is assumed in the cache at once, and a virtual thread of its
 * own binds it, so that a slow API server never delays the next decision. A failed binding takes the assumption back and
 * the pod is tried again.
 */
public final class Scheduler implements AutoCloseable {
    /** The name in {@code spec.schedulerName}. */
    public static final String NAME = "default-scheduler";

    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);

    private final Client client;
    private final Clock clock;
    private final EventRecorder events;
    private final RandomGenerator ties;
    private final SchedulerCache cache = new SchedulerCache();
    private final SchedulingQueue queue;
    private final SchedulingCycle cycle;
    private final Informer<Pod> pods;
    private final Informer<Node> nodes;
    private final SurroundingsWatch surroundings;
    private Thread decider;

    /**
     * @param ties chooses among equally good nodes
     */
    public Scheduler(Client client, Clock clock, RandomGenerator ties) {
        this.client = client;
        this.clock = clock;
        this.ties = ties;
        events = new EventRecorder(client, clock, NAME, "");
        queue = new SchedulingQueue(clock);
        cycle = new SchedulingCycle(DefaultPlugins.profile(NAME), cache);
        nodes = new Informer<>(client, Resources.NODES, ListOptions.ALL, clock).addHandler(new NodeHandler());
        surroundings = new SurroundingsWatch(client, clock, cache);
        pods = new Informer<>(client, Resources.PODS, ListOptions.ALL, clock).addHandler(new PodHandler());
    }

    public void start() throws InterruptedException {
        surroundings.start();
        nodes.start();
        pods.start();
        surroundings.awaitSync();
        nodes.awaitSync();
        pods.awaitSync();
        decider = Thread.ofVirtual().name("scheduler").start(this::run);
    }

    @Override
    public void close() {
        queue.close();
        pods.close();
        nodes.close();
        surroundings.close();
        events.close();
        if (decider != null) {
            decider.interrupt();
        }
    }

    private void run() {
        try {
            for (var taken = queue.take(); taken.isPresent(); taken = queue.take()) {
                decide(taken.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void decide(SchedulingQueue.Taken taken) {
        try {
            switch (cycle.run(taken.pod(), cache.nominatedNode(taken.pod().uid()), cache.snapshot(), ties)) {
                case Decision.Chosen chosen -> {
                    cache.assume(taken.pod(), chosen.node());
                    Thread.ofVirtual().name("bind-" + taken.pod().key()).start(() -> bind(taken, chosen.node()));
                }
                case Decision.Unschedulable unschedulable -> {
                    queue.unschedulable(taken);
                    tellUnschedulable(taken.pod(), unschedulable.diagnosis().message());
                }
            }
        } catch (RuntimeException e) {
            LOG.error("Deciding on {} failed", taken.pod().key(), e);
            queue.failed(taken);
        }
    }

    private void bind(SchedulingQueue.Taken taken, String node) {
        PodInfo pod = taken.pod();
        ObjectKey key = pod.key();
        var binding = new BindingBuilder()
                .withNewMetadata()
                .withName(key.name())
                .withNamespace(key.namespace())
                .withUid(pod.uid())
                .endMetadata()
                .withNewTarget()
                .withKind("Node")
                .withName(node)
                .endTarget()
                .build();
        try {
            client.createSubresource(Resources.PODS, key, "binding", binding);
            queue.done(taken);
            events.normal(pod.pod(), "Scheduled", "Successfully assigned " + key + " to " + node);
        } catch (RuntimeException e) {
            cache.forget(pod);
            if (e instanceof ApiError error && (error.is(Reason.NotFound) || error.is(Reason.Conflict))) {
                LOG.debug("Binding {} to {}: {}", key, node, e.getMessage());
                recheck(taken);
            } else {
                LOG.warn("Binding {} to {} failed: {}", key, node, e.getMessage());
                queue.failed(taken);
            }
            queue.moveAll();
        }
    }

    /** After a refused binding: the pod is gone or has a node, unless the cache says that it still waits. */
    private void recheck(SchedulingQueue.Taken taken) {
        Optional<Pod> present = pods.get(taken.pod().key());
        if (present.isPresent() && isOurs(present.get())) {
            queue.failed(taken);
        } else {
            queue.done(taken);
        }
    }

    private void tellUnschedulable(PodInfo pod, String message) {
        events.warning(pod.pod(), "FailedScheduling", message);
        String now = clock.now().truncatedTo(ChronoUnit.SECONDS).toString();
        String condition = new ConditionJson("PodScheduled", "False", "Unschedulable", message, now).patch();
        Thread.ofVirtual().name("unschedulable-" + pod.key()).start(() -> {
            try {
                client.patch(Resources.PODS, pod.key(), new Patch.StrategicMerge(condition), "status");
            } catch (ApiError e) {
                LOG.debug("Status of {} not written: {}", pod.key(), e.getMessage());
            }
        });
    }

    private static boolean isOurs(Pod pod) {
        String name = pod.getSpec().getSchedulerName();
        boolean unassigned = pod.getSpec().getNodeName() == null
                || pod.getSpec().getNodeName().isEmpty();
        return unassigned
                && (name == null || name.equals(NAME))
                && pod.getMetadata().getDeletionTimestamp() == null
                && !SchedulerCache.hasEnded(pod);
    }

    /** Feeds pods to the queue while they wait, and to the cache once they have a node. */
    private final class PodHandler implements Handler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            if (isAssigned(pod)) {
                cache.putPod(pod);
                queue.remove(ObjectKey.of(pod));
            } else if (isOurs(pod)) {
                enqueue(pod);
            } else {
                queue.remove(ObjectKey.of(pod));
            }
        }

        @Override
        public void onUpdate(Pod before, Pod after) {
            boolean ended = !SchedulerCache.hasEnded(before) && SchedulerCache.hasEnded(after);
            if (!isAssigned(after) && sameSpec(before, after)) {
                return;
            }
            onAdd(after);
            if (ended && isAssigned(after)) {
                queue.moveAll();
            }
        }

        @Override
        public void onDelete(Pod last) {
            queue.remove(ObjectKey.of(last));
            cache.removePod(last.getMetadata().getUid());
            if (isAssigned(last)) {
                queue.moveAll();
            }
        }

        private void enqueue(Pod pod) {
            PodInfo info = PodInfo.of(pod);
            if (!info.isGated()) {
                queue.put(info);
            }
        }

        /** Our own writes of the status are no reason to look at the pod again. */
        private static boolean sameSpec(Pod before, Pod after) {
            return before.getSpec().equals(after.getSpec())
                    && before.getMetadata().getDeletionTimestamp() == null
                    && after.getMetadata().getDeletionTimestamp() == null;
        }

        private static boolean isAssigned(Pod pod) {
            String node = pod.getSpec().getNodeName();
            return node != null && !node.isEmpty();
        }
    }

    /** Feeds nodes to the cache; tries waiting pods again when a change may help them. */
    private final class NodeHandler implements Handler<Node> {
        @Override
        public void onAdd(Node node) {
            cache.putNode(node);
            queue.moveAll();
        }

        @Override
        public void onUpdate(Node before, Node after) {
            cache.putNode(after);
            NodeInfo was = NodeInfo.empty(before);
            NodeInfo is = NodeInfo.empty(after);
            boolean helps = !before.getSpec().equals(after.getSpec())
                    || !was.allocatable().equals(is.allocatable())
                    || was.podsMax() != is.podsMax()
                    || !java.util.Objects.equals(
                            before.getMetadata().getLabels(),
                            after.getMetadata().getLabels());
            if (helps) {
                queue.moveAll();
            }
        }

        @Override
        public void onDelete(Node last) {
            cache.removeNode(last.getMetadata().getName());
        }
    }
}
