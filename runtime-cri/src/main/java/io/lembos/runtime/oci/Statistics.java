package io.lembos.runtime.oci;

import io.lembos.runtime.cri.v1.Container;
import io.lembos.runtime.cri.v1.ContainerState;
import io.lembos.runtime.cri.v1.ContainerStats;
import io.lembos.runtime.cri.v1.FilesystemUsage;
import io.lembos.runtime.cri.v1.LinuxPodSandboxStats;
import io.lembos.runtime.cri.v1.NamespaceMode;
import io.lembos.runtime.cri.v1.PodSandbox;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.cri.v1.PodSandboxStats;
import io.lembos.runtime.cri.v1.RunPodSandboxRequest;
import io.lembos.runtime.files.FileTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What pods and containers use, as their control groups, networks and folders tell. */
record Statistics(ContainerViews views, Nanos nanos) {

    ContainerStats ofContainer(StateFolder folder, ContainerNote note) throws IOException {
        Container container = views.listed(folder, note);
        ContainerStats.Builder stats = ContainerStats.newBuilder();
        stats.getAttributesBuilder()
                .setId(folder.id())
                .setMetadata(container.getMetadata())
                .putAllLabels(container.getLabelsMap())
                .putAllAnnotations(container.getAnnotationsMap());
        stats.setWritableLayer(written(folder.file("upper")));
        if (container.getState() == ContainerState.CONTAINER_EXITED) {
            return stats.build();
        }
        Cgroup cgroup = new Cgroup(note.cgroup());
        return stats.setCpu(cgroup.cpu(nanos.now()))
                .setMemory(cgroup.memory(nanos.now()))
                .build();
    }

    private FilesystemUsage written(Path upper) throws IOException {
        FileTree.Size size = FileTree.size(upper);
        FilesystemUsage.Builder usage = FilesystemUsage.newBuilder()
                .setTimestamp(nanos.now())
                .setUsedBytes(Cgroup.value(size.bytes()))
                .setInodesUsed(Cgroup.value(size.inodes()));
        usage.getFsIdBuilder().setMountpoint(upper.getRoot().toString());
        return usage.build();
    }

    /** Of the whole pod's control group where it has one, else of all that its containers use together. */
    PodSandboxStats ofSandbox(StateFolder folder, SandboxState state, List<StateFolder> containers) throws IOException {
        PodSandboxConfig config =
                RunPodSandboxRequest.parseFrom(folder.request()).getConfig();
        PodSandbox sandbox = SandboxViews.listed(folder, state);
        PodSandboxStats.Builder stats = PodSandboxStats.newBuilder();
        stats.getAttributesBuilder()
                .setId(folder.id())
                .setMetadata(sandbox.getMetadata())
                .putAllLabels(sandbox.getLabelsMap())
                .putAllAnnotations(sandbox.getAnnotationsMap());
        if (!state.pause().lives()) {
            return stats.build();
        }
        List<ContainerStats> parts = new ArrayList<>();
        for (StateFolder container : containers) {
            var note = container.state(ContainerNote.class);
            if (note.isPresent()) {
                parts.add(ofContainer(container, note.get()));
            }
        }
        LinuxPodSandboxStats.Builder linux = stats.getLinuxBuilder().addAllContainers(parts);
        String parent = config.getLinux().getCgroupParent();
        Cgroup own = new Cgroup(parent.isEmpty() ? Sandboxes.cgroup(config, folder.id()) : parent);
        linux.setCpu(own.cpu(nanos.now())).setMemory(own.memory(nanos.now()));
        if (parent.isEmpty()) {
            parts.forEach(part -> add(linux, part));
        }
        if (Sandboxes.namespaces(config).getNetwork() == NamespaceMode.POD) {
            linux.setNetwork(NetworkCounters.read(state.pause().pid()).usage(nanos.now()));
        }
        linux.getProcessBuilder().setTimestamp(nanos.now()).setProcessCount(Cgroup.value(own.processes()));
        return stats.build();
    }

    private static void add(LinuxPodSandboxStats.Builder sum, ContainerStats part) {
        sum.getCpuBuilder()
                .getUsageCoreNanoSecondsBuilder()
                .setValue(sum.getCpu().getUsageCoreNanoSeconds().getValue()
                        + part.getCpu().getUsageCoreNanoSeconds().getValue());
        var memory = sum.getMemoryBuilder();
        memory.getUsageBytesBuilder()
                .setValue(memory.getUsageBytes().getValue()
                        + part.getMemory().getUsageBytes().getValue());
        memory.getWorkingSetBytesBuilder()
                .setValue(memory.getWorkingSetBytes().getValue()
                        + part.getMemory().getWorkingSetBytes().getValue());
        memory.getRssBytesBuilder()
                .setValue(memory.getRssBytes().getValue()
                        + part.getMemory().getRssBytes().getValue());
    }
}
