package io.lembos.kubelet.eviction;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.lembos.kubelet.KubeletConfig;
import io.lembos.kubelet.container.Labels;
import io.lembos.kubelet.eviction.PodConsumption.ContainerConsumption;
import io.lembos.kubelet.eviction.PodConsumption.Disk;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.ContainerStats;
import io.lembos.runtime.cri.v1.ContainerStatsFilter;
import io.lembos.runtime.cri.v1.PodSandboxStats;
import io.lembos.runtime.cri.v1.PodSandboxStatsFilter;
import io.lembos.runtime.files.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Finds out what pods use, from the runtime and from their folders. Stateless; walks folders, so nobody asks for nothing. */
final class PodConsumptions {
    private final ContainerRuntime runtime;
    private final KubeletConfig config;

    PodConsumptions(ContainerRuntime runtime, KubeletConfig config) {
        this.runtime = runtime;
        this.config = config;
    }

    /** @return by uid; pods of which the runtime knows nothing are absent */
    Map<String, PodConsumption> read(List<Pod> pods) throws IOException {
        Map<String, Map<String, ContainerStats>> containers = containers();
        Map<String, Long> processes = processes();
        Map<String, PodConsumption> found = new HashMap<>();
        for (Pod pod : pods) {
            String uid = pod.getMetadata().getUid();
            if (containers.containsKey(uid)) {
                long count = processes.getOrDefault(uid, 0L);
                found.put(uid, of(pod, containers.get(uid).values(), count));
            }
        }
        return found;
    }

    private PodConsumption of(Pod pod, Iterable<ContainerStats> stats, long processes) throws IOException {
        var meta = pod.getMetadata();
        Path logs = config.logDirectory(meta.getNamespace(), meta.getName(), meta.getUid());
        List<ContainerConsumption> containers = new ArrayList<>();
        long memory = 0;
        for (ContainerStats container : stats) {
            String name = container.getAttributes().getMetadata().getName();
            long own = container.getMemory().getWorkingSetBytes().getValue();
            memory += own;
            var layer = container.getWritableLayer();
            Disk root = new Disk(
                    layer.getUsedBytes().getValue(), layer.getInodesUsed().getValue());
            containers.add(new ContainerConsumption(name, own, root, size(logs.resolve(name))));
        }
        Map<String, Disk> volumes = new TreeMap<>();
        for (Volume volume : pod.getSpec().getVolumes()) {
            boolean onDisk = volume.getEmptyDir() != null
                    && !"Memory".equals(volume.getEmptyDir().getMedium());
            if (onDisk) {
                Path folder = config.podDirectory(meta.getUid()).resolve("volumes");
                volumes.put(volume.getName(), size(folder.resolve(volume.getName())));
            }
        }
        return new PodConsumption(memory, processes, containers, volumes);
    }

    /** The newest of each name, by the pods' uids. */
    private Map<String, Map<String, ContainerStats>> containers() {
        Map<String, Map<String, ContainerStats>> found = new HashMap<>();
        for (ContainerStats stats : runtime.listContainerStats(ContainerStatsFilter.newBuilder()
                .putLabelSelector(Labels.CLUSTER, config.cluster())
                .build())) {
            String uid = stats.getAttributes().getLabelsMap().getOrDefault(Labels.POD_UID, "");
            found.computeIfAbsent(uid, u -> new TreeMap<>())
                    .merge(stats.getAttributes().getMetadata().getName(), stats, PodConsumptions::newer);
        }
        return found;
    }

    private static ContainerStats newer(ContainerStats one, ContainerStats other) {
        int first = one.getAttributes().getMetadata().getAttempt();
        return first > other.getAttributes().getMetadata().getAttempt() ? one : other;
    }

    private Map<String, Long> processes() {
        Map<String, Long> found = new HashMap<>();
        try {
            for (PodSandboxStats stats : runtime.listPodSandboxStats(PodSandboxStatsFilter.newBuilder()
                    .putLabelSelector(Labels.CLUSTER, config.cluster())
                    .build())) {
                String uid = stats.getAttributes().getLabelsMap().getOrDefault(Labels.POD_UID, "");
                found.merge(uid, stats.getLinux().getProcess().getProcessCount().getValue(), Long::sum);
            }
        } catch (ContainerRuntimeException e) {
            if (!e.isUnimplemented()) {
                throw e;
            }
        }
        return found;
    }

    private static Disk size(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return Disk.NOTHING;
        }
        FileTree.Size size = FileTree.size(folder);
        return new Disk(size.bytes(), size.inodes());
    }
}
