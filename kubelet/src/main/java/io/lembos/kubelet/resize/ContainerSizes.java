package io.lembos.kubelet.resize;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Resources of a pod's containers by their names. Immutable.
 *
 * @param allocated what the node has promised
 * @param applied what the containers that were started have
 */
record ContainerSizes(Map<String, ResourceRequirements> allocated, Map<String, ResourceRequirements> applied) {
    private static final ResourceRequirements NONE = new ResourceRequirements();

    static Map<String, ResourceRequirements> wanted(Pod pod) {
        Map<String, ResourceRequirements> sizes = new HashMap<>();
        containers(pod).forEach(c -> sizes.put(c.getName(), c.getResources() == null ? NONE : c.getResources()));
        return sizes;
    }

    ContainerSizes withAllocated(Map<String, ResourceRequirements> sizes) {
        return new ContainerSizes(Map.copyOf(sizes), applied);
    }

    ContainerSizes withApplied(String container, ResourceRequirements size) {
        Map<String, ResourceRequirements> more = new HashMap<>(applied);
        more.put(container, size == null ? NONE : size);
        return new ContainerSizes(allocated, Map.copyOf(more));
    }

    /** The pod as the node runs it: with the resources that were promised, whatever is wanted meanwhile. */
    Pod allocated(Pod pod) {
        if (allocated.equals(wanted(pod))) {
            return pod;
        }
        return new PodBuilder(pod)
                .editSpec()
                .withContainers(allocated(pod.getSpec().getContainers()))
                .withInitContainers(allocated(pod.getSpec().getInitContainers()))
                .endSpec()
                .build();
    }

    private List<Container> allocated(List<Container> containers) {
        List<Container> result = new ArrayList<>();
        for (Container container : containers) {
            result.add(container.toBuilder()
                    .withResources(allocated.getOrDefault(container.getName(), container.getResources()))
                    .build());
        }
        return result;
    }

    private static Stream<Container> containers(Pod pod) {
        return Stream.concat(pod.getSpec().getContainers().stream(), pod.getSpec().getInitContainers().stream());
    }
}
