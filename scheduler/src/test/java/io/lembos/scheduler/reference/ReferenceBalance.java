package io.lembos.scheduler.reference;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;

/** NodeResourcesBalancedAllocation. */
public record ReferenceBalance(List<String> resources) implements ReferenceScore {
    public static ReferenceBalance cpuAndMemory() {
        return new ReferenceBalance(List.of("cpu", "memory"));
    }

    @Override
    public String plugin() {
        return "NodeResourcesBalancedAllocation";
    }

    @Override
    public int weight() {
        return 1;
    }

    @Override
    public List<Long> raw(Pod pod, List<Node> feasible, ReferenceCluster cluster) {
        if (resources.stream().allMatch(r -> ReferenceRequests.asked(pod, r) == 0)) {
            return feasible.stream().map(n -> 0L).toList();
        }
        return feasible.stream()
                .map(n -> 50 + (50 + balance(pod, n, cluster, true) - balance(pod, n, cluster, false)) / 2)
                .toList();
    }

    private long balance(Pod pod, Node node, ReferenceCluster cluster, boolean withPod) {
        List<Double> shares = new ArrayList<>();
        for (String resource : resources) {
            long all = ReferenceResources.allocatable(node, resource);
            long asked = ReferenceRequests.asked(pod, resource);
            if (all == 0 || asked == 0 && ReferenceResources.isScalar(resource)) {
                continue;
            }
            long used = cluster.on(node).stream()
                    .mapToLong(p -> ReferenceRequests.asked(p, resource))
                    .sum();
            shares.add(Math.min(1.0, 1.0 * (withPod ? used + asked : used) / all));
        }
        return (long) ((1 - deviation(shares)) * 100);
    }

    private static double deviation(List<Double> shares) {
        if (shares.size() < 2) {
            return 0;
        }
        if (shares.size() == 2) {
            return Math.abs((shares.get(0) - shares.get(1)) / 2);
        }
        double sum = 0;
        for (double share : shares) {
            sum += share;
        }
        double mean = sum / shares.size();
        double squares = 0;
        for (double share : shares) {
            squares += (share - mean) * (share - mean);
        }
        return Math.sqrt(squares / shares.size());
    }
}
