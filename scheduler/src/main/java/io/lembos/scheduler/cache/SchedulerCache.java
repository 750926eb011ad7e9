package io.lembos.scheduler.cache;

import io.fabric8.kubernetes.api.model.ContainerImage;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.devices.Devices;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.pcollections.PMap;

/**
 * Nodes and the pods on them, as the watches and the scheduler's own decisions say. A decided pod is <em>assumed</em> on
 * its node until the watch confirms it or its binding fails, so that two decisions never count on the same room.
 *
 * <p>All state is guarded by the monitor of this object; what leaves it is immutable.
 */
public final class SchedulerCache implements History {
    private final Map<String, Placed> pods = new HashMap<>();
    /** Pods whose node is not known (yet), by the node's name. */
    private final Map<String, Map<String, PodInfo>> homeless = new HashMap<>();

    /** By the pod's uid; also to nodes that are not known (yet). */
    private final Map<String, Nominated> nominations = new HashMap<>();

    private final ChangeLog log = new ChangeLog();
    private Snapshot snapshot = Snapshot.EMPTY;

    private record Placed(PodInfo pod, String node, boolean assumed) {}

    private record Nominated(PodInfo pod, String node) {}

    public synchronized void putNode(Node node) {
        int slot = snapshot.slot(node.getMetadata().getName());
        if (slot < 0) {
            addNode(node);
            return;
        }
        NodeInfo before = snapshot.node(slot);
        NodeInfo after = before.on(node);
        if (after.judgesLike(before)) {
            snapshot = snapshot.refreshed(slot, after);
            return;
        }
        snapshot = snapshot.in(surroundings(images(images(before, -1), after, 1)));
        replace(after, new Change(slot, null, null, true));
    }

    public synchronized void removeNode(String name) {
        snapshot.node(name).ifPresent(node -> {
            snapshot = snapshot.without(name).in(surroundings(images(node, -1)));
            if (!node.pods().isEmpty()) {
                homeless.put(name, new HashMap<>(node.pods()));
            }
        });
    }

    /** Takes over what the watch says of a pod that has a node; a pod that ended takes no room. */
    public synchronized void putPod(Pod pod) {
        String uid = pod.getMetadata().getUid();
        if (hasEnded(pod)) {
            removePod(uid);
            return;
        }
        PodInfo info = PodInfo.of(pod);
        String node = pod.getSpec().getNodeName();
        Placed present = pods.get(uid);
        if (present != null && present.node().equals(node) && present.pod().countsLike(info)) {
            refresh(info, node);
        } else {
            remove(uid);
            place(info, node, false);
        }
    }

    public synchronized void removePod(String uid) {
        denominate(uid);
        remove(uid);
    }

    /**
     * Counts a pod on a node although nobody has confirmed it yet.
     *
     * @return false, and nothing is changed, if the watch says that the pod has a node: somebody else was quicker
     */
    public synchronized boolean assume(PodInfo pod, String node) {
        Placed placed = pods.get(pod.uid());
        if (placed != null && !placed.assumed()) {
            return false;
        }
        remove(pod.uid());
        place(pod, node, true);
        return true;
    }

    /** Takes an assumption back, unless the watch has confirmed it meanwhile. */
    public synchronized void forget(PodInfo pod) {
        Placed placed = pods.get(pod.uid());
        if (placed != null && placed.assumed()) {
            remove(pod.uid());
        }
    }

    /**
     * Counts a pod for which others are being evicted on a node, until it is on a node or gone; one that is elsewhere
     * nominated already moves, and one that has a node already is not counted twice.
     */
    public synchronized void nominate(PodInfo pod, String node) {
        if (pods.containsKey(pod.uid())) {
            return;
        }
        denominate(pod.uid());
        nominations.put(pod.uid(), new Nominated(pod, node));
        storage(storage().usedBy(pod));
        noteTopologyKeys(pod);
        int slot = snapshot.slot(node);
        if (slot >= 0) {
            replace(snapshot.node(slot).nominating(attached(pod)), new Change(slot, null, null, false));
        }
    }

    /** The pod looks elsewhere; says from where it was counted. */
    public synchronized Optional<String> denominate(String uid) {
        Nominated nominated = nominations.remove(uid);
        if (nominated == null) {
            return Optional.empty();
        }
        storage(storage().notUsedBy(nominated.pod()));
        int slot = snapshot.slot(nominated.node());
        if (slot >= 0) {
            replace(snapshot.node(slot).notNominating(uid), new Change(slot, null, null, false));
        }
        return Optional.of(nominated.node());
    }

    /** Where others are being evicted for the pod. */
    public synchronized Optional<String> nominatedNode(String uid) {
        return Optional.ofNullable(nominations.get(uid)).map(Nominated::node);
    }

    /** Whether the pod is on a node, by the watch or by assumption. */
    public synchronized boolean isPlaced(String uid) {
        return pods.containsKey(uid);
    }

    /**
     * Takes over what the API server says of volumes.
     *
     * @param claim one that may stand for something else now
     */
    public synchronized void storage(UnaryOperator<Storage> change, Optional<ObjectKey> claim) {
        Storage before = storage();
        Storage after = change.apply(before);
        storage(after);
        claim.filter(key -> !after.attachesLike(before, key))
                .ifPresent(key -> after.users(key).forEach(this::attachAnew));
    }

    private Storage storage() {
        return snapshot.surroundings().storage();
    }

    private void storage(Storage storage) {
        snapshot = snapshot.in(snapshot.surroundings().withStorage(storage));
    }

    /** A claim of a pod that is counted somewhere stands for something else than before. */
    private void attachAnew(String uid) {
        Nominated nominated = nominations.get(uid);
        if (nominated != null) {
            nominate(nominated.pod(), nominated.node());
        }
        Placed placed = pods.get(uid);
        int slot = placed == null ? -1 : snapshot.slot(placed.node());
        if (slot >= 0) {
            PodInfo present = snapshot.node(slot).pods().get(uid);
            PodInfo changed = attached(present);
            if (changed != present) {
                replace(snapshot.node(slot).without(present).with(changed), new Change(slot, present, changed, false));
            }
        }
    }

    private PodInfo attached(PodInfo pod) {
        return pod.claims().isEmpty() ? pod : pod.attaching(storage().attached(pod));
    }

    /** Takes over what the API server says of devices and claims on them, or what the scheduler has decided of them. */
    public synchronized void devices(Function<Devices, Devices.Change> change) {
        Devices.Change done = change.apply(snapshot.surroundings().devices());
        snapshot = snapshot.in(snapshot.surroundings().withDevices(done.after()));
        for (String node : done.nodes()) {
            int slot = snapshot.slot(node);
            if (slot >= 0) {
                replace(snapshot.node(slot).having(done.after().of(node)), new Change(slot, null, null, false));
            }
        }
    }

    /** Changes what lies around the nodes. */
    public synchronized void surroundings(UnaryOperator<Surroundings> change) {
        snapshot = snapshot.in(change.apply(snapshot.surroundings()));
    }

    public synchronized Snapshot snapshot() {
        return snapshot;
    }

    @Override
    public synchronized Optional<List<Change>> changes(Snapshot from, Snapshot to) {
        return from.structure() == to.structure() ? log.between(from.sequence(), to.sequence()) : Optional.empty();
    }

    /** For metrics: {@code cache_size}. */
    public synchronized CacheSizes sizes() {
        int assumed = (int) pods.values().stream().filter(Placed::assumed).count();
        return new CacheSizes(snapshot.size(), pods.size(), assumed);
    }

    public static boolean hasEnded(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    private void addNode(Node node) {
        NodeInfo fresh = NodeInfo.empty(node)
                .having(snapshot.surroundings().devices().of(node.getMetadata().getName()));
        Map<String, PodInfo> waiting = homeless.remove(fresh.name());
        for (PodInfo pod : waiting == null ? List.<PodInfo>of() : waiting.values()) {
            fresh = fresh.with(attached(pod));
        }
        for (Nominated each : nominations.values()) {
            fresh = each.node().equals(fresh.name()) ? fresh.nominating(attached(each.pod())) : fresh;
        }
        snapshot = snapshot.with(fresh).in(surroundings(images(fresh, 1)));
    }

    private void place(PodInfo pod, String node, boolean assumed) {
        denominate(pod.uid());
        pods.put(pod.uid(), new Placed(pod, node, assumed));
        storage(storage().usedBy(pod));
        int slot = snapshot.slot(node);
        if (slot < 0) {
            homeless.computeIfAbsent(node, n -> new HashMap<>()).put(pod.uid(), pod);
            return;
        }
        noteTopologyKeys(pod);
        PodInfo counted = attached(pod);
        replace(snapshot.node(slot).with(counted), new Change(slot, null, counted, false));
    }

    private void noteTopologyKeys(PodInfo pod) {
        if (!pod.affinity().isEmpty()) {
            Set<String> keys = pod.affinity().topologyKeys().collect(Collectors.toSet());
            snapshot = snapshot.in(snapshot.surroundings().withTopologyKeys(keys));
        }
    }

    private void remove(String uid) {
        Placed placed = pods.remove(uid);
        if (placed == null) {
            return;
        }
        storage(storage().notUsedBy(placed.pod()));
        int slot = snapshot.slot(placed.node());
        if (slot < 0) {
            homeless.computeIfPresent(placed.node(), (node, waiting) -> {
                waiting.remove(uid);
                return waiting.isEmpty() ? null : waiting;
            });
            return;
        }
        PodInfo present = snapshot.node(slot).pods().get(uid);
        replace(snapshot.node(slot).without(present), new Change(slot, present, null, false));
    }

    private void refresh(PodInfo pod, String node) {
        pods.put(pod.uid(), new Placed(pod, node, false));
        int slot = snapshot.slot(node);
        if (slot < 0) {
            homeless.computeIfAbsent(node, n -> new HashMap<>()).put(pod.uid(), pod);
        } else {
            snapshot = snapshot.refreshed(slot, snapshot.node(slot).refreshed(attached(pod)));
        }
    }

    private void replace(NodeInfo node, Change change) {
        snapshot = snapshot.with(node);
        log.add(snapshot.sequence(), change);
    }

    private Surroundings surroundings(PMap<String, ImageState> images) {
        return snapshot.surroundings().withImages(images);
    }

    private PMap<String, ImageState> images(NodeInfo node, int difference) {
        return images(snapshot.surroundings().images(), node, difference);
    }

    /** Counts the node's images once more or once less; an image keeps the size that its first node told. */
    private static PMap<String, ImageState> images(PMap<String, ImageState> images, NodeInfo node, int difference) {
        PMap<String, ImageState> counted = images;
        Set<String> seen = new HashSet<>();
        for (ContainerImage image : node.images()) {
            for (String name : image.getNames()) {
                if (seen.add(name)) {
                    counted = counted(counted, name, image.getSizeBytes(), difference);
                }
            }
        }
        return counted;
    }

    private static PMap<String, ImageState> counted(
            PMap<String, ImageState> images, String name, Long bytes, int difference) {
        ImageState present = images.get(name);
        if (present == null) {
            return images.plus(name, new ImageState(bytes == null ? 0 : bytes, difference));
        }
        int nodes = present.nodes() + difference;
        return nodes == 0 ? images.minus(name) : images.plus(name, new ImageState(present.bytes(), nodes));
    }
}
