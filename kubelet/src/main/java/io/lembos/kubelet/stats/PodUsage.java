package io.lembos.kubelet.stats;

import io.lembos.kubelet.container.Labels;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.ContainerStats;
import io.lembos.runtime.cri.v1.ContainerStatsFilter;
import io.lembos.runtime.cri.v1.PodSandboxStats;
import io.lembos.runtime.cri.v1.PodSandboxStatsFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the pods of a cluster use, by the runtime's own figures. Stateless. */
final class PodUsage {
    private final ContainerRuntime runtime;
    private final String cluster;

    PodUsage(ContainerRuntime runtime, String cluster) {
        this.runtime = runtime;
        this.cluster = cluster;
    }

    /**
     * One pod.
     *
     * @param network of its sandbox, by interface; null where the runtime does not tell
     */
    record Usage(String namespace, String name, String uid, List<ContainerStats> containers, PodSandboxStats network) {}

    /** In order of namespace and name. */
    List<Usage> read() {
        Map<String, PodSandboxStats> sandboxes = sandboxes();
        Map<String, List<ContainerStats>> byPod = new TreeMap<>();
        Map<String, Map<String, String>> labels = new TreeMap<>();
        for (ContainerStats stats : runtime.listContainerStats(ContainerStatsFilter.newBuilder()
                .putLabelSelector(Labels.CLUSTER, cluster)
                .build())) {
            Map<String, String> own = stats.getAttributes().getLabelsMap();
            String uid = own.getOrDefault(Labels.POD_UID, "");
            byPod.computeIfAbsent(uid, u -> new ArrayList<>()).add(stats);
            labels.put(uid, own);
        }
        List<Usage> all = new ArrayList<>();
        byPod.forEach((uid, containers) -> all.add(new Usage(
                labels.get(uid).getOrDefault(Labels.POD_NAMESPACE, ""),
                labels.get(uid).getOrDefault(Labels.POD_NAME, ""),
                uid,
                containers,
                sandboxes.get(uid))));
        all.sort(java.util.Comparator.comparing(Usage::namespace).thenComparing(Usage::name));
        return all;
    }

    private Map<String, PodSandboxStats> sandboxes() {
        Map<String, PodSandboxStats> found = new TreeMap<>();
        try {
            for (PodSandboxStats stats : runtime.listPodSandboxStats(PodSandboxStatsFilter.newBuilder()
                    .putLabelSelector(Labels.CLUSTER, cluster)
                    .build())) {
                found.put(stats.getAttributes().getLabelsMap().getOrDefault(Labels.POD_UID, ""), stats);
            }
        } catch (ContainerRuntimeException e) {
            if (!e.isUnimplemented()) {
                throw e;
            }
        }
        return found;
    }
}
