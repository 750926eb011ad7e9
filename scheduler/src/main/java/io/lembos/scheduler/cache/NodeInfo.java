package io.lembos.scheduler.cache;

import io.fabric8.kubernetes.api.model.ContainerImage;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.lembos.scheduler.devices.NodeDevices;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * A node and the pods on it. Immutable: each pod that comes or goes makes a new one in constant time, so that a snapshot
 * costs nothing to keep.
 *
 * @param labels never null
 * @param imageNames all names of the images that the node has
 * @param pods by uid, those with a terminal phase left out
 * @param requested sum of {@link PodInfo#requests}
 * @param scoringRequested sum of {@link PodInfo#scoringRequests}
 * @param ports host ports that the pods take
 * @param nominated by uid, pods for which others are being evicted here
 * @param leastPriority that of its least important pod; {@code Integer.MAX_VALUE} without pods
 * @param devices those that can be used from here only
 */
public record NodeInfo(
        Node node,
        Map<String, String> labels,
        ResourceAmounts allocatable,
        long podsMax,
        Set<String> imageNames,
        PMap<String, PodInfo> pods,
        ResourceAmounts requested,
        ResourceAmounts scoringRequested,
        List<HostPort> ports,
        PMap<String, PodInfo> nominated,
        int leastPriority,
        NodeDevices devices) {

    public static NodeInfo empty(Node node) {
        return new NodeInfo(
                node,
                labels(node),
                allocatable(node),
                podsMax(node),
                imageNames(node),
                HashTreePMap.empty(),
                ResourceAmounts.NONE,
                ResourceAmounts.NONE,
                List.of(),
                HashTreePMap.empty(),
                Integer.MAX_VALUE,
                NodeDevices.NONE);
    }

    public String name() {
        return node.getMetadata().getName();
    }

    public int podCount() {
        return pods.size();
    }

    public boolean isUnschedulable() {
        return Boolean.TRUE.equals(node.getSpec().getUnschedulable());
    }

    public List<Taint> taints() {
        return node.getSpec().getTaints();
    }

    /** With one more pod. */
    public NodeInfo with(PodInfo pod) {
        return new NodeInfo(
                node,
                labels,
                allocatable,
                podsMax,
                imageNames,
                pods.plus(pod.uid(), pod),
                requested.plus(pod.requests()),
                scoringRequested.plus(pod.scoringRequests()),
                added(ports, pod.ports()),
                nominated,
                Math.min(leastPriority, pod.priority()),
                devices);
    }

    /** Without a pod that is on it. */
    public NodeInfo without(PodInfo pod) {
        return without(List.of(pod));
    }

    /** Without some of the pods that are on it. */
    public NodeInfo without(List<PodInfo> some) {
        PMap<String, PodInfo> left = pods;
        ResourceAmounts requestedLeft = requested;
        ResourceAmounts scoringLeft = scoringRequested;
        List<HostPort> portsLeft = ports;
        boolean least = false;
        for (PodInfo pod : some) {
            left = left.minus(pod.uid());
            requestedLeft = requestedLeft.minus(pod.requests());
            scoringLeft = scoringLeft.minus(pod.scoringRequests());
            portsLeft = removed(portsLeft, pod.ports());
            least |= pod.priority() == leastPriority;
        }
        return new NodeInfo(
                node,
                labels,
                allocatable,
                podsMax,
                imageNames,
                left,
                requestedLeft,
                scoringLeft,
                portsLeft,
                nominated,
                least ? leastPriority(left) : leastPriority,
                devices);
    }

    /** With a pod for which others are being evicted here. */
    NodeInfo nominating(PodInfo pod) {
        return nominated(nominated.plus(pod.uid(), pod));
    }

    NodeInfo notNominating(String uid) {
        return nominated(nominated.minus(uid));
    }

    private NodeInfo nominated(PMap<String, PodInfo> those) {
        return new NodeInfo(
                node,
                labels,
                allocatable,
                podsMax,
                imageNames,
                pods,
                requested,
                scoringRequested,
                ports,
                those,
                leastPriority,
                devices);
    }

    /**
     * As it will be once the pods nominated here have come.
     *
     * @param priority less important ones do not count
     * @param except the uid of one that does not count either
     */
    public NodeInfo withNominated(int priority, String except) {
        NodeInfo later = this;
        for (PodInfo each : nominated.values()) {
            boolean counts = each.priority() >= priority && !each.uid().equals(except);
            later = counts && !pods.containsKey(each.uid()) ? later.with(each) : later;
        }
        return later;
    }

    /** The same pods on a newer state of the node. */
    public NodeInfo on(Node newer) {
        return new NodeInfo(
                newer,
                labels(newer),
                allocatable(newer),
                podsMax(newer),
                images().equals(images(newer)) ? imageNames : imageNames(newer),
                pods,
                requested,
                scoringRequested,
                ports,
                nominated,
                leastPriority,
                devices);
    }

    /** Whether every pod is judged here as on the other state of the same node: heartbeats change nothing. */
    boolean judgesLike(NodeInfo other) {
        return labels.equals(other.labels)
                && node.getSpec().equals(other.node.getSpec())
                && allocatable.equals(other.allocatable)
                && podsMax == other.podsMax
                && images().equals(other.images());
    }

    /** A newer state of a pod that is on it, which counts like the one before. */
    NodeInfo refreshed(PodInfo pod) {
        return new NodeInfo(
                node,
                labels,
                allocatable,
                podsMax,
                imageNames,
                pods.plus(pod.uid(), pod),
                requested,
                scoringRequested,
                ports,
                nominated,
                leastPriority,
                devices);
    }

    /** With devices of its own in another state. */
    NodeInfo having(NodeDevices those) {
        return new NodeInfo(
                node,
                labels,
                allocatable,
                podsMax,
                imageNames,
                pods,
                requested,
                scoringRequested,
                ports,
                nominated,
                leastPriority,
                those);
    }

    /** What the node says of its images. */
    public List<ContainerImage> images() {
        return images(node);
    }

    private static List<ContainerImage> images(Node node) {
        NodeStatus status = node.getStatus();
        return status == null || status.getImages() == null ? List.of() : status.getImages();
    }

    private static Set<String> imageNames(Node node) {
        Set<String> names = new HashSet<>();
        images(node).forEach(image -> names.addAll(image.getNames()));
        return Collections.unmodifiableSet(names);
    }

    private static int leastPriority(PMap<String, PodInfo> pods) {
        int least = Integer.MAX_VALUE;
        for (PodInfo pod : pods.values()) {
            least = Math.min(least, pod.priority());
        }
        return least;
    }

    private static List<HostPort> added(List<HostPort> ports, List<HostPort> more) {
        if (more.isEmpty()) {
            return ports;
        }
        List<HostPort> all = new ArrayList<>(ports);
        all.addAll(more);
        return List.copyOf(all);
    }

    private static List<HostPort> removed(List<HostPort> ports, List<HostPort> less) {
        if (less.isEmpty()) {
            return ports;
        }
        List<HostPort> left = new ArrayList<>(ports);
        less.forEach(left::remove);
        return List.copyOf(left);
    }

    private static Map<String, String> labels(Node node) {
        Map<String, String> labels = node.getMetadata().getLabels();
        return labels == null ? Map.of() : labels;
    }

    private static ResourceAmounts allocatable(Node node) {
        return ResourceAmounts.of(quantities(node));
    }

    private static long podsMax(Node node) {
        Map<String, Quantity> quantities = quantities(node);
        Quantity pods = quantities == null ? null : quantities.get("pods");
        return pods == null
                ? 0
                : pods.getNumericalAmount().setScale(0, RoundingMode.CEILING).longValue();
    }

    private static Map<String, Quantity> quantities(Node node) {
        NodeStatus status = node.getStatus();
        if (status == null) {
            return null;
        }
        boolean given =
                status.getAllocatable() != null && !status.getAllocatable().isEmpty();
        return given ? status.getAllocatable() : status.getCapacity();
    }
}
