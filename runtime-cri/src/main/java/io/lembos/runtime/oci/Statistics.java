package io.lembos.runtime.oci;

import io.lembos.runtime.cri.v1.Container;
import io.lembos.runtime.cri.v1.ContainerState;
import io.lembos.runtime.cri.v1.ContainerStats;
import java.io.IOException;

/** What containers use, as their control groups count it. */
record Statistics(ContainerViews views) {

    /** @param now nanoseconds since the epoch */
    ContainerStats of(StateFolder folder, ContainerNote note, long now) throws IOException {
        Container container = views.listed(folder, note);
        ContainerStats.Builder stats = ContainerStats.newBuilder();
        stats.getAttributesBuilder()
                .setId(folder.id())
                .setMetadata(container.getMetadata())
                .putAllLabels(container.getLabelsMap())
                .putAllAnnotations(container.getAnnotationsMap());
        if (container.getState() == ContainerState.CONTAINER_EXITED) {
            return stats.build();
        }
        Cgroup cgroup = new Cgroup(note.cgroup());
        return stats.setCpu(cgroup.cpu(now)).setMemory(cgroup.memory(now)).build();
    }
}
