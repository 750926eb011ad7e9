package io.lembos.kubelet.container;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a pod as a whole asks for and may use: what its containers and sidecars need together, or one of its init containers
 * with the sidecars before it if that is more, and its overhead. What the pod itself says of its resources counts before
 * that. Pure.
 */
public record PodResources(Pod pod) {
    private static final Set<String> OF_PODS = Set.of("cpu", "memory");

    public BigDecimal request(String resource) {
        return amount(resource, ResourceRequirements::getRequests);
    }

    /** 0 when a container has none: then the pod has none. */
    public BigDecimal limit(String resource) {
        boolean all = said(resource, ResourceRequirements::getLimits).signum() > 0
                || Stream.concat(
                                pod.getSpec().getContainers().stream(),
                                pod.getSpec().getInitContainers().stream().filter(PodResources::isSidecar))
                        .allMatch(c ->
                                of(c, resource, ResourceRequirements::getLimits).signum() > 0);
        return all ? amount(resource, ResourceRequirements::getLimits) : BigDecimal.ZERO;
    }

    /** Of those limits that are set, whether or not every container has one; 0 when there are none. */
    public BigDecimal limitsTogether(String resource) {
        return amount(resource, ResourceRequirements::getLimits);
    }

    /** Names of everything that the pod asks for. */
    public Set<String> requested() {
        Set<String> names = new TreeSet<>();
        containers().forEach(c -> {
            if (c.getResources() != null && c.getResources().getRequests() != null) {
                names.addAll(c.getResources().getRequests().keySet());
            }
        });
        return names;
    }

    private BigDecimal amount(String resource, Function<ResourceRequirements, Map<String, Quantity>> part) {
        BigDecimal said = said(resource, part);
        BigDecimal amount = said.signum() > 0 ? said : ofContainers(resource, part);
        Map<String, Quantity> overhead = pod.getSpec().getOverhead();
        return amount.signum() == 0 ? amount : amount.add(value(overhead, resource));
    }

    private BigDecimal said(String resource, Function<ResourceRequirements, Map<String, Quantity>> part) {
        ResourceRequirements own = pod.getSpec().getResources();
        return own == null || !OF_PODS.contains(resource) ? BigDecimal.ZERO : value(part.apply(own), resource);
    }

    private BigDecimal ofContainers(String resource, Function<ResourceRequirements, Map<String, Quantity>> part) {
        BigDecimal sidecars = BigDecimal.ZERO;
        BigDecimal most = BigDecimal.ZERO;
        for (Container init : pod.getSpec().getInitContainers()) {
            BigDecimal own = of(init, resource, part);
            if (isSidecar(init)) {
                sidecars = sidecars.add(own);
                most = most.max(sidecars);
            } else {
                most = most.max(sidecars.add(own));
            }
        }
        BigDecimal running = pod.getSpec().getContainers().stream()
                .map(c -> of(c, resource, part))
                .reduce(sidecars, BigDecimal::add);
        return most.max(running);
    }

    private Stream<Container> containers() {
        return Stream.concat(pod.getSpec().getContainers().stream(), pod.getSpec().getInitContainers().stream());
    }

    static boolean isSidecar(Container init) {
        return "Always".equals(init.getRestartPolicy());
    }

    private static BigDecimal of(
            Container container, String resource, Function<ResourceRequirements, Map<String, Quantity>> part) {
        ResourceRequirements own = container.getResources();
        return own == null ? BigDecimal.ZERO : value(part.apply(own), resource);
    }

    private static BigDecimal value(Map<String, Quantity> amounts, String resource) {
        Quantity quantity = amounts == null ? null : amounts.get(resource);
        return quantity == null ? BigDecimal.ZERO : quantity.getNumericalAmount();
    }
}
