package io.lembos.kubelet.container;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.math.BigDecimal;

/**
 * Whom the kernel ends first when memory runs out: those that asked for nothing, then those that asked for little of what
 * they use, those whose memory is guaranteed last. Pure.
 */
final class OomScore {
    private static final int GUARANTEED = -997;
    private static final int BEST_EFFORT = 1000;

    private OomScore() {}

    /** @param memoryBytes of the machine */
    static int of(Pod pod, Container container, long memoryBytes) {
        String qos = pod.getStatus() == null ? null : pod.getStatus().getQosClass();
        if ("system-node-critical".equals(pod.getSpec().getPriorityClassName()) || "Guaranteed".equals(qos)) {
            return GUARANTEED;
        }
        if (!"Burstable".equals(qos)) {
            return BEST_EFFORT;
        }
        long asked = request(container);
        if (PodResources.isSidecar(container)) {
            // A sidecar goes no sooner than those it is there for.
            long least = pod.getSpec().getContainers().stream()
                    .mapToLong(OomScore::request)
                    .min()
                    .orElse(0);
            asked = Math.max(asked, least);
        }
        long score = BEST_EFFORT - BEST_EFFORT * asked / memoryBytes;
        return (int) Math.clamp(score, BEST_EFFORT + GUARANTEED, BEST_EFFORT - 1);
    }

    private static long request(Container container) {
        var own = container.getResources();
        var memory = own == null || own.getRequests() == null
                ? null
                : own.getRequests().get("memory");
        return memory == null
                ? 0
                : memory.getNumericalAmount().max(BigDecimal.ZERO).longValue();
    }
}
