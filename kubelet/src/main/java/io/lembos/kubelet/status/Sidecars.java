package io.lembos.kubelet.status;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.kubelet.container.RestartRules;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Init containers that go on beside the others. Pure. */
final class Sidecars {

    private Sidecars() {}

    static Set<String> names(Pod pod) {
        return pod.getSpec().getInitContainers().stream()
                .filter(RestartRules::isSidecar)
                .map(Container::getName)
                .collect(Collectors.toSet());
    }

    /** Of the statuses of init containers, those of sidecars, or of all others. */
    static List<ContainerStatus> pick(Pod pod, List<ContainerStatus> init, boolean sidecars) {
        Set<String> names = names(pod);
        return init.stream()
                .filter(s -> names.contains(s.getName()) == sidecars)
                .toList();
    }
}
