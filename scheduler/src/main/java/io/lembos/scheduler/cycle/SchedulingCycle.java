package io.lembos.scheduler.cycle;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.plugins.FilterPlugin;
import io.lembos.scheduler.plugins.ScorePlugin;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Filters all nodes, scores those that are left and picks the best; among equals the given generator chooses, so the same
 * seed gives the same decisions. Looks at every node: no sampling.
 *
 * @param filters in the order in which they are asked; the first that objects gives the reason
 */
public record SchedulingCycle(List<FilterPlugin> filters, List<ScorePlugin> scores) {
    public SchedulingCycle {
        filters = List.copyOf(filters);
        scores = List.copyOf(scores);
    }

    public Decision run(PodInfo pod, Snapshot snapshot, RandomGenerator ties) {
        Map<String, List<String>> reasons = new LinkedHashMap<>();
        List<NodeInfo> best = new ArrayList<>();
        long bestScore = Long.MIN_VALUE;
        int feasible = 0;
        for (NodeInfo node : snapshot.nodes()) {
            List<String> objections = objections(pod, node);
            if (!objections.isEmpty()) {
                reasons.put(node.name(), objections);
                continue;
            }
            feasible++;
            long score = score(pod, node);
            if (score > bestScore) {
                best.clear();
                bestScore = score;
            }
            if (score == bestScore) {
                best.add(node);
            }
        }
        if (best.isEmpty()) {
            return new Decision.Unschedulable(snapshot.nodes().size(), reasons);
        }
        NodeInfo chosen = best.get(best.size() == 1 ? 0 : ties.nextInt(best.size()));
        return new Decision.Chosen(chosen.name(), bestScore, feasible);
    }

    private List<String> objections(PodInfo pod, NodeInfo node) {
        for (FilterPlugin filter : filters) {
            List<String> objections = filter.filter(pod, node);
            if (!objections.isEmpty()) {
                return objections;
            }
        }
        return List.of();
    }

    private long score(PodInfo pod, NodeInfo node) {
        long total = 0;
        for (ScorePlugin plugin : scores) {
            total += plugin.score(pod, node);
        }
        return total;
    }
}
