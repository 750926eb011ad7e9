package io.lembos.scheduler.cache;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.api.meta.ObjectKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A pod with what scheduling needs of it, computed once.
 *
 * @param requests what the pod asks for, as kube-scheduler sums it: the larger of all containers together and each init
 *     container alone (sidecars run along), plus overhead; pod-level requests override
 * @param scoringRequests the same with 100m CPU and 200 MiB counted for each container that asks for none
 */
public record PodInfo(Pod pod, ObjectKey key, ResourceAmounts requests, ResourceAmounts scoringRequests) {
    private static final Quantity DEFAULT_CPU = new Quantity("100m");
    private static final Quantity DEFAULT_MEMORY = new Quantity("200Mi");

    public static PodInfo of(Pod pod) {
        return new PodInfo(pod, ObjectKey.of(pod), sum(pod.getSpec(), false), sum(pod.getSpec(), true));
    }

    public String uid() {
        return pod.getMetadata().getUid();
    }

    public int priority() {
        Integer priority = pod.getSpec().getPriority();
        return priority == null ? 0 : priority;
    }

    private static ResourceAmounts sum(PodSpec spec, boolean scoring) {
        ResourceAmounts sidecars = ResourceAmounts.NONE;
        ResourceAmounts initPeak = ResourceAmounts.NONE;
        for (Container init : spec.getInitContainers()) {
            ResourceAmounts asks = asks(init, scoring);
            if ("Always".equals(init.getRestartPolicy())) {
                sidecars = sidecars.plus(asks);
                initPeak = initPeak.max(sidecars);
            } else {
                initPeak = initPeak.max(sidecars.plus(asks));
            }
        }
        ResourceAmounts running = sidecars;
        for (Container container : spec.getContainers()) {
            running = running.plus(asks(container, scoring));
        }
        return podLevel(spec, running.max(initPeak)).plus(ResourceAmounts.of(spec.getOverhead()));
    }

    private static ResourceAmounts podLevel(PodSpec spec, ResourceAmounts containers) {
        Map<String, Quantity> requests =
                spec.getResources() == null ? Map.of() : spec.getResources().getRequests();
        if (requests == null || requests.isEmpty()) {
            return containers;
        }
        ResourceAmounts pod = ResourceAmounts.of(requests);
        return new ResourceAmounts(
                requests.containsKey("cpu") ? pod.milliCpu() : containers.milliCpu(),
                requests.containsKey("memory") ? pod.memoryBytes() : containers.memoryBytes(),
                containers.ephemeralBytes(),
                containers.extended());
    }

    private static ResourceAmounts asks(Container container, boolean scoring) {
        Map<String, Quantity> requests = container.getResources() == null
                ? null
                : container.getResources().getRequests();
        if (!scoring) {
            return ResourceAmounts.of(requests);
        }
        Map<String, Quantity> filled = requests == null ? new HashMap<>() : new HashMap<>(requests);
        filled.putIfAbsent("cpu", DEFAULT_CPU);
        filled.putIfAbsent("memory", DEFAULT_MEMORY);
        return ResourceAmounts.of(filled);
    }

    /** Whether the scheduler leaves the pod alone until its gates are lifted. */
    public boolean isGated() {
        List<?> gates = pod.getSpec().getSchedulingGates();
        return gates != null && !gates.isEmpty();
    }
}
