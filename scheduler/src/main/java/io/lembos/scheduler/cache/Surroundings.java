package io.lembos.scheduler.cache;

import io.lembos.api.meta.ObjectKey;
import io.lembos.api.selector.Requirement;
import io.lembos.api.selector.Selector;
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
 */
public record Surroundings(
        PMap<String, Map<String, String>> namespaces,
        PMap<String, PMap<String, Selector>> workloads,
        PMap<String, ImageState> images,
        PSet<String> topologyKeys,
        Storage storage) {
    private static final String SERVICE = "Service/";

    public static final Surroundings NONE = new Surroundings(
            HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty(), HashTreePSet.empty(), Storage.NONE);

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
                && (storage == other.storage || storage.judgesLike(other.storage, pod));
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
                : new Surroundings(namespaces.plus(name, Map.copyOf(labels)), workloads, images, topologyKeys, storage);
    }

    public Surroundings withoutNamespace(String name) {
        return new Surroundings(namespaces.minus(name), workloads, images, topologyKeys, storage);
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
                        storage);
    }

    public Surroundings withoutWorkload(String kind, ObjectKey key) {
        PMap<String, Selector> present = workloads.getOrDefault(key.namespace(), HashTreePMap.empty());
        PMap<String, Selector> left = present.minus(kind + "/" + key.name());
        return new Surroundings(
                namespaces,
                left.isEmpty() ? workloads.minus(key.namespace()) : workloads.plus(key.namespace(), left),
                images,
                topologyKeys,
                storage);
    }

    Surroundings withImages(PMap<String, ImageState> newer) {
        return newer == images ? this : new Surroundings(namespaces, workloads, newer, topologyKeys, storage);
    }

    Surroundings withTopologyKeys(Set<String> keys) {
        return topologyKeys.containsAll(keys)
                ? this
                : new Surroundings(namespaces, workloads, images, topologyKeys.plusAll(keys), storage);
    }

    Surroundings withStorage(Storage newer) {
        return newer == storage ? this : new Surroundings(namespaces, workloads, images, topologyKeys, newer);
    }
}
