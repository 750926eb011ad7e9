package io.lembos.scheduler.plugins;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.ResourceAmounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Requires room for what the pod asks for, and prefers nodes with most room left (strategy LeastAllocated over CPU and
 * memory, equal weights). Formula: kube-scheduler's {@code noderesources/least_allocated.go}.
 */
public final class NodeResourcesFit implements FilterPlugin, ScorePlugin {
    private static final long SCORE_MAX = 100;

    @Override
    public String name() {
        return "NodeResourcesFit";
    }

    @Override
    public List<String> filter(PodInfo pod, NodeInfo node) {
        List<String> reasons = new ArrayList<>(2);
        if (node.podCount() + 1 > node.podsMax()) {
            reasons.add("Too many pods");
        }
        ResourceAmounts asks = pod.requests();
        ResourceAmounts free = node.allocatable().minus(node.requested());
        lacks(reasons, "cpu", asks.milliCpu(), free.milliCpu());
        lacks(reasons, "memory", asks.memoryBytes(), free.memoryBytes());
        lacks(reasons, "ephemeral-storage", asks.ephemeralBytes(), free.ephemeralBytes());
        for (Map.Entry<String, Long> extended : asks.extended().entrySet()) {
            lacks(
                    reasons,
                    extended.getKey(),
                    extended.getValue(),
                    free.extended().getOrDefault(extended.getKey(), 0L));
        }
        return reasons;
    }

    @Override
    public long score(PodInfo pod, NodeInfo node) {
        ResourceAmounts wanted = node.scoringRequested().plus(pod.scoringRequests());
        long cpu = least(wanted.milliCpu(), node.allocatable().milliCpu());
        long memory = least(wanted.memoryBytes(), node.allocatable().memoryBytes());
        int weights = (node.allocatable().milliCpu() > 0 ? 1 : 0)
                + (node.allocatable().memoryBytes() > 0 ? 1 : 0);
        return weights == 0 ? 0 : (cpu + memory) / weights;
    }

    private static void lacks(List<String> reasons, String resource, long asks, long free) {
        if (asks > 0 && asks > free) {
            reasons.add("Insufficient " + resource);
        }
    }

    private static long least(long wanted, long allocatable) {
        return allocatable == 0 || wanted > allocatable ? 0 : (allocatable - wanted) * SCORE_MAX / allocatable;
    }
}
