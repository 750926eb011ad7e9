package io.lembos.kubelet.resize;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerResizePolicy;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.Map;
import java.util.Objects;

/**
 * A running container that has other resources than it should.
 *
 * @param restarts whether it must be started anew to get them
 */
public record Resize(Container container, boolean restarts) {

    static Resize of(Container container, ResourceRequirements applied) {
        boolean restarts = container.getResizePolicy().stream()
                .filter(p -> "RestartContainer".equals(p.getRestartPolicy()))
                .map(ContainerResizePolicy::getResourceName)
                .anyMatch(resource -> differs(resource, container.getResources(), applied));
        return new Resize(container, restarts);
    }

    private static boolean differs(String resource, ResourceRequirements one, ResourceRequirements other) {
        return !Objects.equals(amount(one.getRequests(), resource), amount(other.getRequests(), resource))
                || !Objects.equals(amount(one.getLimits(), resource), amount(other.getLimits(), resource));
    }

    private static Quantity amount(Map<String, Quantity> amounts, String resource) {
        return amounts == null ? null : amounts.get(resource);
    }
}
