package io.lembos.scheduler.plugins;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.NodeLocal;
import io.lembos.scheduler.framework.NodeScorer;
import io.lembos.scheduler.framework.ScorePlugin;
import java.util.List;
import java.util.Optional;

/**
 * Prefers nodes whose resources the pod would bring to equal use: the mean of 100 and 50 plus what the pod improves the
 * balance by, which is 100 less the standard deviation of the shares in use, in percent. Has no opinion on pods that ask for
 * nothing. Formula: {@code noderesources/balanced_allocation.go} as of 1.36.
 */
public final class NodeResourcesBalancedAllocation implements ScorePlugin, NodeLocal {
    private static final long HALF = SCORE_MAX / 2;

    private final List<ResourceWeight> resources;

    public NodeResourcesBalancedAllocation() {
        this(ResourceWeight.CPU_AND_MEMORY);
    }

    /** @param resources {@code NodeResourcesBalancedAllocationArgs.resources}; weights do not matter */
    public NodeResourcesBalancedAllocation(List<ResourceWeight> resources) {
        this.resources = List.copyOf(resources);
    }

    @Override
    public String name() {
        return "NodeResourcesBalancedAllocation";
    }

    @Override
    public Optional<NodeScorer> preScore(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        AskedResources asked = new AskedResources(resources, pod, false);
        return asked.anything() ? Optional.of(node -> score(asked, node)) : Optional.empty();
    }

    private static long score(AskedResources asked, NodeInfo node) {
        return HALF + (HALF + balance(asked, node, true) - balance(asked, node, false)) / 2;
    }

    private static long balance(AskedResources asked, NodeInfo node, boolean withPod) {
        return (long) ((1 - deviation(asked, node, withPod)) * (double) SCORE_MAX);
    }

    private static double deviation(AskedResources asked, NodeInfo node, boolean withPod) {
        int count = 0;
        double sum = 0;
        double difference = 0;
        for (int r = 0; r < asked.size(); r++) {
            if (asked.allocatable(r, node) != 0) {
                double share = share(asked, r, node, withPod);
                sum += share;
                difference = count == 0 ? share : difference - share;
                count++;
            }
        }
        if (count < 2) {
            return 0;
        }
        return count == 2 ? Math.abs(difference / 2) : deviation(asked, node, withPod, sum / count, count);
    }

    private static double deviation(AskedResources asked, NodeInfo node, boolean withPod, double mean, int count) {
        double squares = 0;
        for (int r = 0; r < asked.size(); r++) {
            if (asked.allocatable(r, node) != 0) {
                double off = share(asked, r, node, withPod) - mean;
                squares += off * off;
            }
        }
        return Math.sqrt(squares / count);
    }

    private static double share(AskedResources asked, int resource, NodeInfo node, boolean withPod) {
        long taken = asked.taken(resource, node) + (withPod ? asked.asks(resource) : 0);
        return Math.min(1, (double) taken / (double) asked.allocatable(resource, node));
    }
}
