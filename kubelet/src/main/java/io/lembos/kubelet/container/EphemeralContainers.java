package io.lembos.kubelet.container;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;

/** The containers that were added to a running pod to look into it. They have what others have, and a target. Pure. */
public final class EphemeralContainers {
    private static final ObjectMapper JSON = new ObjectMapper();

    private EphemeralContainers() {}

    public static List<Container> of(Pod pod) {
        return pod.getSpec().getEphemeralContainers().stream()
                .map(EphemeralContainers::asContainer)
                .toList();
    }

    /** Name of the container whose processes it sees; empty if it sees its own only. */
    public static Optional<String> target(Pod pod, String name) {
        return pod.getSpec().getEphemeralContainers().stream()
                .filter(c -> c.getName().equals(name))
                .map(EphemeralContainer::getTargetContainerName)
                .filter(t -> t != null && !t.isEmpty())
                .findFirst();
    }

    private static Container asContainer(EphemeralContainer ephemeral) {
        ObjectNode fields = JSON.valueToTree(ephemeral);
        fields.remove("targetContainerName");
        return JSON.convertValue(fields, Container.class);
    }
}
