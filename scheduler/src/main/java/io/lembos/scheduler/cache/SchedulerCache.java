package io.lembos.scheduler.cache;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Nodes and the pods on them, as the watches and the scheduler's own decisions say. A decided pod is <em>assumed</em> on
 * its node until the watch confirms it or its binding fails, so that two decisions never count on the same room.
 *
 * <p>All state is guarded by the monitor of this object; what leaves it is immutable.
 */
public final class SchedulerCache {
    private final Map<String, NodeInfo> nodes = new TreeMap<>();
    private final Map<String, Placed> pods = new HashMap<>();
    private Snapshot snapshot;

    private record Placed(PodInfo pod, String node, boolean assumed) {}

    public synchronized void putNode(Node node) {
        String name = node.getMetadata().getName();
        NodeInfo present = nodes.get(name);
        if (present != null) {
            set(name, present.on(node));
            return;
        }
        NodeInfo fresh = NodeInfo.empty(node);
        for (Placed placed : pods.values()) {
            fresh = placed.node().equals(name) ? fresh.with(placed.pod()) : fresh;
        }
        set(name, fresh);
    }

    public synchronized void removeNode(String name) {
        nodes.remove(name);
        snapshot = null;
    }

    /** Takes over what the watch says of a pod that has a node; a pod that ended takes no room. */
    public synchronized void putPod(Pod pod) {
        remove(pod.getMetadata().getUid());
        if (!hasEnded(pod)) {
            place(PodInfo.of(pod), pod.getSpec().getNodeName(), false);
        }
    }

    public synchronized void removePod(String uid) {
        remove(uid);
    }

    /** Counts a pod on a node although nobody has confirmed it yet. */
    public synchronized void assume(PodInfo pod, String node) {
        remove(pod.uid());
        place(pod, node, true);
    }

    /** Takes an assumption back, unless the watch has confirmed it meanwhile. */
    public synchronized void forget(PodInfo pod) {
        Placed placed = pods.get(pod.uid());
        if (placed != null && placed.assumed()) {
            remove(pod.uid());
        }
    }

    public synchronized Snapshot snapshot() {
        if (snapshot == null) {
            snapshot = new Snapshot(java.util.List.copyOf(nodes.values()));
        }
        return snapshot;
    }

    public static boolean hasEnded(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    private void place(PodInfo pod, String node, boolean assumed) {
        pods.put(pod.uid(), new Placed(pod, node, assumed));
        NodeInfo info = nodes.get(node);
        if (info != null) {
            set(node, info.with(pod));
        }
    }

    private void remove(String uid) {
        Placed placed = pods.remove(uid);
        NodeInfo info = placed == null ? null : nodes.get(placed.node());
        if (info != null) {
            set(placed.node(), info.without(placed.pod()));
        }
    }

    private void set(String name, NodeInfo info) {
        nodes.put(name, info);
        snapshot = null;
    }
}
