package io.lembos.kubelet.volumes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.DownwardAPIVolumeFile;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.kubelet.container.PodFields;
import io.lembos.kubelet.container.ResourceFields;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a pod is told about itself in files: its fields, and the resources of its containers. Pure. */
record DownwardFiles(Pod pod, ResourceFields resources) {

    Map<String, VolumeFile> files(List<DownwardAPIVolumeFile> items, int defaultMode) throws MountFailure {
        Map<String, VolumeFile> files = new LinkedHashMap<>();
        for (DownwardAPIVolumeFile item : items) {
            int mode = item.getMode() == null ? defaultMode : item.getMode();
            files.put(item.getPath(), VolumeFile.of(text(item).getBytes(StandardCharsets.UTF_8), mode));
        }
        return files;
    }

    private String text(DownwardAPIVolumeFile item) throws MountFailure {
        if (item.getFieldRef() != null) {
            String path = item.getFieldRef().getFieldPath();
            return PodFields.value(pod, path).orElseThrow(() -> new MountFailure("unsupported fieldPath: " + path));
        }
        if (item.getResourceFieldRef() == null) {
            return "";
        }
        String name = item.getResourceFieldRef().getContainerName();
        Container container = containers()
                .filter(c -> c.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new MountFailure("container " + name + " not found"));
        String resource = item.getResourceFieldRef().getResource();
        return resources
                .value(container, resource, item.getResourceFieldRef().getDivisor())
                .orElseThrow(() -> new MountFailure("unsupported container resource : " + resource));
    }

    private Stream<Container> containers() {
        return Stream.concat(pod.getSpec().getContainers().stream(), pod.getSpec().getInitContainers().stream());
    }
}
