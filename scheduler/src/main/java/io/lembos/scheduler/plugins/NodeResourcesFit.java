package io.lembos.scheduler.plugins;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.ResourceAmounts;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.NodeLocal;
import io.lembos.scheduler.framework.NodeScorer;
import io.lembos.scheduler.framework.Objection;
import io.lembos.scheduler.framework.Requeues;
import io.lembos.scheduler.framework.ScorePlugin;
import io.lembos.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Requires room for what the pod asks for, and prefers nodes with most room left (strategy LeastAllocated over CPU and
 * memory, equal weights). Formula: kube-scheduler's {@code noderesources/least_allocated.go}.
 */
public final class NodeResourcesFit implements FilterPlugin, ScorePlugin, NodeLocal, Requeues {

    @Override
    public String name() {
        return "NodeResourcesFit";
    }

    @Override
    public Filtering preFilter(PodInfo pod, Snapshot snapshot) {
        return new Filtering.EachNode(node -> judge(pod.requests(), node));
    }

    @Override
    public List<HintedEvent> events() {
        return new NodeResourcesFitHints(this).events();
    }

    private static Verdict judge(ResourceAmounts asks, NodeInfo node) {
        ResourceAmounts used = node.requested();
        ResourceAmounts all = node.allocatable();
        boolean fits = node.podCount() < node.podsMax()
                && fits(asks.milliCpu(), used.milliCpu(), all.milliCpu())
                && fits(asks.memoryBytes(), used.memoryBytes(), all.memoryBytes())
                && fits(asks.ephemeralBytes(), used.ephemeralBytes(), all.ephemeralBytes())
                && asks.extended().isEmpty();
        return fits ? Verdict.FITS : explain(asks, node);
    }

    private static Verdict explain(ResourceAmounts asks, NodeInfo node) {
        ResourceAmounts used = node.requested();
        ResourceAmounts all = node.allocatable();
        Lacks lacks = new Lacks();
        if (node.podCount() + 1 > node.podsMax()) {
            lacks.objections.add(
                    new Objection("Too many pods", () -> "pods " + node.podCount() + " of " + node.podsMax()));
        }
        lacks.check("cpu", asks.milliCpu(), used.milliCpu(), all.milliCpu());
        lacks.check("memory", asks.memoryBytes(), used.memoryBytes(), all.memoryBytes());
        lacks.check("ephemeral-storage", asks.ephemeralBytes(), used.ephemeralBytes(), all.ephemeralBytes());
        for (Map.Entry<String, Long> extended : asks.extended().entrySet()) {
            String name = extended.getKey();
            lacks.check(
                    name,
                    extended.getValue(),
                    used.extended().getOrDefault(name, 0L),
                    all.extended().getOrDefault(name, 0L));
        }
        return lacks.objections.isEmpty() ? Verdict.FITS : new Verdict.Fails(lacks.resolvable, lacks.objections);
    }

    /** What a node has too little of. */
    private static final class Lacks {
        private final List<Objection> objections = new ArrayList<>(2);
        private boolean resolvable = true;

        void check(String resource, long asks, long used, long all) {
            if (!fits(asks, used, all)) {
                String numbers = resource + " asked " + asks + ", free " + (all - used) + " of " + all;
                objections.add(new Objection("Insufficient " + resource, () -> numbers));
                resolvable &= asks <= all;
            }
        }
    }

    private static boolean fits(long asks, long used, long all) {
        return asks == 0 || asks <= all - used;
    }

    @Override
    public Optional<NodeScorer> preScore(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        ResourceAmounts asks = pod.scoringRequests();
        return Optional.of(node -> score(asks, node));
    }

    private static long score(ResourceAmounts asks, NodeInfo node) {
        ResourceAmounts used = node.scoringRequested();
        ResourceAmounts all = node.allocatable();
        long cpu = least(used.milliCpu() + asks.milliCpu(), all.milliCpu());
        long memory = least(used.memoryBytes() + asks.memoryBytes(), all.memoryBytes());
        int weights = (all.milliCpu() > 0 ? 1 : 0) + (all.memoryBytes() > 0 ? 1 : 0);
        return weights == 0 ? 0 : (cpu + memory) / weights;
    }

    private static long least(long wanted, long allocatable) {
        return allocatable == 0 || wanted > allocatable ? 0 : (allocatable - wanted) * SCORE_MAX / allocatable;
    }
}
