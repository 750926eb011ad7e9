package io.lembos.scheduler.cache;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pod asks for, summed as all of Kubernetes does (component-helpers/resource): the larger of everything that runs
 * at the same time, and of each init container with the sidecars started before it; what the pod asks for as a whole
 * (KEP-2837) replaces that; overhead comes on top. While a container is resized in place (KEP-1287), it counts with the
 * largest of what is wanted, allocated and in force, and without what is wanted if that can never be.
 *
 * <p>Quantities are summed exactly and rounded up at the end.
 */
final class PodRequests {
    private static final Map<String, BigDecimal> NOTHING = Map.of();
    private static final Map<String, BigDecimal> DEFAULTS =
            Map.of(ResourceNames.CPU, new BigDecimal("0.1"), ResourceNames.MEMORY, BigDecimal.valueOf(200L << 20));

    private final PodStatus status;
    private final boolean infeasible;
    private final List<Asking> containers = new ArrayList<>(2);
    private final List<Asking> inits = new ArrayList<>(0);
    private final Map<String, BigDecimal> podLevel;
    private final Map<String, BigDecimal> overhead;

    /** @param along whether it runs as long as the pod */
    private record Asking(Map<String, BigDecimal> asks, boolean along) {}

    PodRequests(Pod pod) {
        PodSpec spec = pod.getSpec();
        status = pod.getStatus();
        infeasible = isResizeInfeasible(status);
        for (Container container : spec.getContainers()) {
            containers.add(asking(container, true));
        }
        for (Container init : spec.getInitContainers()) {
            inits.add(asking(init, isSidecar(init)));
        }
        podLevel = podLevel(spec);
        overhead = exact(spec.getOverhead());
    }

    /** What is asked for, and nothing else. */
    ResourceAmounts real() {
        return ResourceAmounts.rounded(total(NOTHING));
    }

    /** The same with 100m CPU and 200 MiB for each container that does not say: what the pod is scored with. */
    ResourceAmounts scoring() {
        return ResourceAmounts.rounded(total(DEFAULTS));
    }

    /**
     * What the pod counts for in the scores of later ones: like {@link #scoring}, but in a pod that asks as a whole, a
     * resource gets defaults only if nobody in it says anything about it.
     */
    ResourceAmounts scoringPlaced() {
        if (podLevel.isEmpty()) {
            return scoring();
        }
        Map<String, BigDecimal> defaults = new HashMap<>(DEFAULTS);
        defaults.keySet().removeAll(total(NOTHING).keySet());
        return ResourceAmounts.rounded(total(defaults));
    }

    static boolean isSidecar(Container init) {
        return "Always".equals(init.getRestartPolicy());
    }

    private Map<String, BigDecimal> total(Map<String, BigDecimal> defaults) {
        Map<String, BigDecimal> running = new HashMap<>();
        for (Asking container : containers) {
            add(running, container.asks(), defaults);
        }
        Map<String, BigDecimal> sidecars = new HashMap<>();
        Map<String, BigDecimal> peak = new HashMap<>();
        for (Asking init : inits) {
            if (init.along()) {
                add(running, init.asks(), defaults);
                add(sidecars, init.asks(), defaults);
            } else {
                Map<String, BigDecimal> starting = new HashMap<>(sidecars);
                add(starting, init.asks(), defaults);
                raise(peak, starting);
            }
        }
        raise(running, peak);
        running.putAll(podLevel);
        add(running, overhead, NOTHING);
        return running;
    }

    private Asking asking(Container container, boolean along) {
        ContainerStatus now = along ? status(container.getName()) : null;
        Map<String, BigDecimal> asks = exact(requests(container.getResources()));
        if (now != null && now.getResources() != null) {
            asks = resizing(asks, now.getResources(), now.getAllocatedResources());
        }
        return new Asking(asks, along);
    }

    private Map<String, BigDecimal> podLevel(PodSpec spec) {
        Map<String, BigDecimal> asks = exact(requests(spec.getResources()));
        asks.keySet().removeIf(name -> !ResourceNames.isPodLevel(name));
        if (!asks.isEmpty() && status != null && status.getResources() != null) {
            asks = resizing(asks, status.getResources(), status.getAllocatedResources());
            asks.keySet().removeIf(name -> !ResourceNames.isPodLevel(name));
        }
        return asks;
    }

    private Map<String, BigDecimal> resizing(
            Map<String, BigDecimal> wanted, ResourceRequirements inForce, Map<String, Quantity> allocated) {
        Map<String, BigDecimal> largest = infeasible ? new HashMap<>() : wanted;
        raise(largest, exact(inForce.getRequests()));
        raise(largest, exact(allocated));
        return largest;
    }

    private ContainerStatus status(String container) {
        if (status == null) {
            return null;
        }
        ContainerStatus found = named(container, status.getContainerStatuses());
        return found != null ? found : named(container, status.getInitContainerStatuses());
    }

    private static ContainerStatus named(String name, List<ContainerStatus> statuses) {
        for (ContainerStatus each : statuses == null ? List.<ContainerStatus>of() : statuses) {
            if (name != null && name.equals(each.getName())) {
                return each;
            }
        }
        return null;
    }

    private static boolean isResizeInfeasible(PodStatus status) {
        if (status != null && status.getConditions() != null) {
            for (PodCondition condition : status.getConditions()) {
                if ("PodResizePending".equals(condition.getType())) {
                    return "Infeasible".equals(condition.getReason());
                }
            }
        }
        return false;
    }

    private static Map<String, Quantity> requests(ResourceRequirements resources) {
        return resources == null ? null : resources.getRequests();
    }

    private static Map<String, BigDecimal> exact(Map<String, Quantity> quantities) {
        Map<String, BigDecimal> exact = new HashMap<>();
        if (quantities != null) {
            quantities.forEach((name, quantity) -> exact.put(name, quantity.getNumericalAmount()));
        }
        return exact;
    }

    private static void add(
            Map<String, BigDecimal> sum, Map<String, BigDecimal> asks, Map<String, BigDecimal> defaults) {
        asks.forEach((name, amount) -> sum.merge(name, amount, BigDecimal::add));
        defaults.forEach((name, amount) -> {
            if (!asks.containsKey(name)) {
                sum.merge(name, amount, BigDecimal::add);
            }
        });
    }

    private static void raise(Map<String, BigDecimal> largest, Map<String, BigDecimal> others) {
        others.forEach((name, amount) -> largest.merge(name, amount, BigDecimal::max));
    }
}
