package io.lembos.kubelet.stats;

import io.lembos.kubelet.container.Labels;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.Container;
import io.lembos.runtime.cri.v1.ContainerFilter;
import io.lembos.runtime.cri.v1.ContainerStats;
import io.lembos.runtime.cri.v1.ContainerStatsFilter;
import io.lembos.runtime.cri.v1.PodSandboxStats;
import io.lembos.runtime.cri.v1.PodSandboxStatsFilter;
import java.time.Instant;
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
     * @param containers those that run
     * @param created when each container was made, by its id
     * @param network of its sandbox, by interface; null where the runtime does not tell
     */
    record Usage(
            String namespace,
            String name,
            String uid,
            List<ContainerStats> containers,
            Map<String, Instant> created,
            PodSandboxStats network) {
        /** When a container began; long ago where the runtime does not tell. */
        Instant began(ContainerStats container) {
            return created.getOrDefault(container.getAttributes().getId(), Instant.EPOCH);
        }
    }

    /** In order of namespace and name. */
    List<Usage> read() {
        Map<String, PodSandboxStats> sandboxes = sandboxes();
        Map<String, Instant> created = created();
        Map<String, List<ContainerStats>> byPod = new TreeMap<>();
        Map<String, Map<String, String>> labels = new TreeMap<>();
        for (ContainerStats stats : runtime.listContainerStats(ContainerStatsFilter.newBuilder()
                .putLabelSelector(Labels.CLUSTER, cluster)
                .build())) {
            if (!stats.hasCpu() || !stats.hasMemory()) {
                continue; // It has ended, and uses nothing any more.
            }
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
                created,
                sandboxes.get(uid))));
        all.sort(java.util.Comparator.comparing(Usage::namespace).thenComparing(Usage::name));
        return all;
    }

    private Map<String, Instant> created() {
        Map<String, Instant> found = new TreeMap<>();
        for (Container container : runtime.listContainers(ContainerFilter.newBuilder()
                .putLabelSelector(Labels.CLUSTER, cluster)
                .build())) {
            found.put(container.getId(), Instant.ofEpochSecond(0, container.getCreatedAt()));
        }
        return found;
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
