package io.lembos.kubelet.simulated;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.controller.Workers;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.queue.WorkQueue;
import io.lembos.api.time.Clock;
import io.lembos.kubelet.node.NodeLeases;
import java.util.List;
import java.util.Map;

/**
 * Plays the node agents of all nodes that are marked as simulated: they are ready and beat, pods on them run and end, and
 * fail as they are told to. Everything it knows lies in the API, so a restart goes on where it stopped; what it does is
 * proportional to what changes, but for one Lease per node and ten seconds.
 *
 * <p>All agents share one identity, {@code system:lembos:simulated-nodes}, with the rights of a node agent and no more:
 * an identity for each would be no safer, because whoever has this process has them all.
 *
 * <p>One informer for nodes and one for pods feed three queues, each bounded by the objects there are: heartbeats have
 * workers of their own, so that they are on time while thousands of pods start. State beside the queues: the wheel of
 * heartbeats, which addresses are held, and which nodes departed; each guards itself.
 */
public final class SimulatedNodes implements AutoCloseable {
    private static final String BY_NODE = "node";
    private static final int POD_WORKERS = 4;
    private static final int NODE_WORKERS = 2;
    private static final int LEASE_WORKERS = 2;

    private final EventRecorder events;
    private final Informer<Node> nodes;
    private final Informer<Pod> pods;
    private final WorkQueue<String> nodeQueue;
    private final WorkQueue<String> leaseQueue;
    private final WorkQueue<ObjectKey> podQueue;
    private final Workers<String> nodeWorkers;
    private final Workers<String> leaseWorkers;
    private final Workers<ObjectKey> podWorkers;
    private final Heartbeats heartbeats;
    private final DepartedNodes departed = new DepartedNodes();
    /** Networks that neither services nor pods of real nodes use. */
    private final Addresses nodeAddresses = new Addresses("10.192.0.0", 12);

    private final Addresses podAddresses = new Addresses("10.128.0.0", 10);

    /** @param version of Kubernetes that the agents claim to be */
    public SimulatedNodes(Client client, Clock clock, String version) {
        events = new EventRecorder(client, clock, "kubelet", "");
        nodes = new Informer<>(client, Resources.NODES, ListOptions.ALL, clock).addHandler(new NodeHandler());
        pods = new Informer<>(client, Resources.PODS, ListOptions.ALL, clock, Map.of(BY_NODE, SimulatedNodes::nodeOf))
                .addHandler(new PodHandler());
        nodeQueue = new WorkQueue<>(clock);
        leaseQueue = new WorkQueue<>(clock);
        podQueue = new WorkQueue<>(clock);
        heartbeats = new Heartbeats(clock, NodeLeases.RENEW, leaseQueue::add);
        nodeWorkers = new Workers<>(
                "simulated-node", nodeQueue, new NodeReconciler(client, clock, events, nodes, nodeAddresses, version));
        leaseWorkers = new Workers<>("simulated-lease", leaseQueue, new LeaseRenewer(client, clock, nodes));
        podWorkers = new Workers<>(
                "simulated-pod",
                podQueue,
                new PodReconciler(client, clock, events, nodes, pods, podAddresses, this::wasSimulated));
    }

    /** Returns when all nodes and pods are known and the agents work. */
    public void start() throws InterruptedException {
        nodes.start();
        pods.start();
        nodes.awaitSync();
        pods.awaitSync();
        // Not before: addresses that are held must be known before one is given out.
        nodeWorkers.start(NODE_WORKERS);
        leaseWorkers.start(LEASE_WORKERS);
        podWorkers.start(POD_WORKERS);
    }

    /** Stops the agents; nodes and pods stay as they are. */
    @Override
    public void close() {
        heartbeats.close();
        nodeWorkers.close();
        leaseWorkers.close();
        podWorkers.close();
        pods.close();
        nodes.close();
        events.close();
    }

    /** A node that is not there any more: seen to go, or the pod still bears an address of such a node. */
    private boolean wasSimulated(String nodeName, Pod pod) {
        String hostIp = pod.getStatus() == null ? null : pod.getStatus().getHostIP();
        return departed.contains(nodeName) || (hostIp != null && nodeAddresses.contains(hostIp));
    }

    private static List<String> nodeOf(Pod pod) {
        String name = pod.getSpec().getNodeName();
        return name == null ? List.of() : List.of(name);
    }

    private void wakePods(String nodeName) {
        pods.byIndex(BY_NODE, nodeName).forEach(p -> podQueue.add(ObjectKey.of(p)));
    }

    private final class NodeHandler implements Handler<Node> {
        @Override
        public void onAdd(Node node) {
            String name = node.getMetadata().getName();
            departed.remove(name);
            SimulatedNode.ip(node).ifPresent(nodeAddresses::hold);
            if (SimulatedNode.is(node)) {
                nodeQueue.add(name);
                beat(node);
            }
            wakePods(name);
        }

        @Override
        public void onUpdate(Node before, Node after) {
            String name = after.getMetadata().getName();
            SimulatedNode.ip(after).ifPresent(nodeAddresses::hold);
            nodeQueue.add(name);
            beat(after);
            if (SimulatedNode.acts(before) != SimulatedNode.acts(after)) {
                wakePods(name);
            }
        }

        @Override
        public void onDelete(Node last) {
            String name = last.getMetadata().getName();
            heartbeats.remove(name);
            if (SimulatedNode.is(last)) {
                departed.add(name);
                SimulatedNode.ip(last).ifPresent(nodeAddresses::free);
                wakePods(name);
            }
        }

        private void beat(Node node) {
            String name = node.getMetadata().getName();
            if (!SimulatedNode.speaks(node)) {
                heartbeats.remove(name);
            } else if (heartbeats.add(name)) {
                leaseQueue.add(name);
            }
        }
    }

    private final class PodHandler implements Handler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            if (pod.getStatus() != null && pod.getStatus().getPodIP() != null) {
                podAddresses.hold(pod.getStatus().getPodIP());
            }
            String nodeName = pod.getSpec().getNodeName();
            if (nodeName != null && mayBeSimulated(nodeName)) {
                podQueue.add(ObjectKey.of(pod));
            }
        }

        @Override
        public void onUpdate(Pod before, Pod after) {
            onAdd(after);
        }

        @Override
        public void onDelete(Pod last) {
            if (last.getStatus() != null && last.getStatus().getPodIP() != null) {
                podAddresses.free(last.getStatus().getPodIP());
            }
        }

        private boolean mayBeSimulated(String nodeName) {
            return nodes.get(ObjectKey.cluster(nodeName)).map(SimulatedNode::is).orElse(true);
        }
    }
}
