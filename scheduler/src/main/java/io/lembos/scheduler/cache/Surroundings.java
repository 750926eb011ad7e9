package io.lembos.scheduler.cache;

import io.lembos.api.meta.ObjectKey;
import io.lembos.api.selector.Requirement;
import io.lembos.api.selector.Selector;
import io.lembos.scheduler.devices.Devices;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/**
 * What scheduling looks at besides the pod and the nodes. Immutable; when it is the same object, nothing has changed.
 *
 * @param namespaces labels of each namespace
 * @param workloads selectors of Services, ReplicationControllers, ReplicaSets and StatefulSets, by namespace and by the
 *     kind and name of their owner: a pod that one of them selects is spread by default
 * @param images by their names, as nodes report them
 * @param topologyKeys keys that terms of inter-pod affinity have used so far; only grows
 * @param storage what volumes there are
 * @param devices what devices there are
 */
public record Surroundings(
        PMap<String, Map<String, String>> namespaces,
        PMap<String, PMap<String, Selector>> workloads,
        PMap<String, ImageState> images,
        PSet<String> topologyKeys,
        Storage storage,
        Devices devices) {
    private static final String SERVICE = "Service/";

    public static final Surroundings NONE = new Surroundings(
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePSet.empty(),
            Storage.NONE,
            Devices.NONE);

    /** What Services that select the pod, and the workload that controls it, select; everything if there are none. */
    public Selector workloadSelector(PodInfo pod) {
        PMap<String, Selector> present = workloads.get(pod.key().namespace());
        if (present == null) {
            return Selector.EVERYTHING;
        }
        List<Requirement> all = new ArrayList<>();
        for (Map.Entry<String, Selector> each : present.entrySet()) {
            if (each.getKey().startsWith(SERVICE) && each.getValue().matches(pod.labels())) {
                all.addAll(each.getValue().requirements());
            }
        }
        Selector controller = present.get(pod.controller());
        if (controller != null) {
            all.addAll(controller.requirements());
        }
        return all.isEmpty() ? Selector.EVERYTHING : new Selector(all);
    }

    /**
     * Whether a pod is judged the same as in other surroundings, as far as they have a say; its own claims left out, which
     * have a say in its {@link ClassKey}.
     */
    public boolean judgeLike(Surroundings other, PodInfo pod) {
        if (this == other) {
            return true;
        }
        boolean affinity = !topologyKeys.isEmpty() || !pod.affinity().isEmpty();
        return topologyKeys.size() == other.topologyKeys.size()
                && (namespaces == other.namespaces || !affinity)
                && (workloads == other.workloads || workloadSelector(pod).equals(other.workloadSelector(pod)))
                && (images == other.images || states(pod).equals(other.states(pod)))
                && (storage == other.storage || storage.judgesLike(other.storage, pod))
                && (devices == other.devices
                        || pod.pod().getSpec().getResourceClaims().isEmpty()
                        || devices.judgesLike(other.devices));
    }

    private List<ImageState> states(PodInfo pod) {
        return pod.images().stream().map(images::get).toList();
    }

    public Map<String, String> namespaceLabels(String namespace) {
        return namespaces.getOrDefault(namespace, Map.of());
    }

    public Surroundings withNamespace(String name, Map<String, String> labels) {
        return labels.equals(namespaces.get(name))
                ? this
                : new Surroundings(
                        namespaces.plus(name, Map.copyOf(labels)), workloads, images, topologyKeys, storage, devices);
    }

    public Surroundings withoutNamespace(String name) {
        return new Surroundings(namespaces.minus(name), workloads, images, topologyKeys, storage, devices);
    }

    /** @param kind tells owners of the same name apart */
    public Surroundings withWorkload(String kind, ObjectKey key, Selector selector) {
        PMap<String, Selector> present = workloads.getOrDefault(key.namespace(), HashTreePMap.empty());
        String owner = kind + "/" + key.name();
        return selector.equals(present.get(owner))
                ? this
                : new Surroundings(
                        namespaces,
                        workloads.plus(key.namespace(), present.plus(owner, selector)),
                        images,
                        topologyKeys,
                        storage,
                        devices);
    }

    public Surroundings withoutWorkload(String kind, ObjectKey key) {
        PMap<String, Selector> present = workloads.getOrDefault(key.namespace(), HashTreePMap.empty());
        PMap<String, Selector> left = present.minus(kind + "/" + key.name());
        return new Surroundings(
                namespaces,
                left.isEmpty() ? workloads.minus(key.namespace()) : workloads.plus(key.namespace(), left),
                images,
                topologyKeys,
                storage,
                devices);
    }

    Surroundings withImages(PMap<String, ImageState> newer) {
        return newer == images ? this : new Surroundings(namespaces, workloads, newer, topologyKeys, storage, devices);
    }

    Surroundings withTopologyKeys(Set<String> keys) {
        return topologyKeys.containsAll(keys)
                ? this
                : new Surroundings(namespaces, workloads, images, topologyKeys.plusAll(keys), storage, devices);
    }

    Surroundings withStorage(Storage newer) {
        return newer == storage ? this : new Surroundings(namespaces, workloads, images, topologyKeys, newer, devices);
    }

    Surroundings withDevices(Devices newer) {
        return newer == devices ? this : new Surroundings(namespaces, workloads, images, topologyKeys, storage, newer);
    }
}
