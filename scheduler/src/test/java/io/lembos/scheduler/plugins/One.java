package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.ScorePlugin;
import io.lembos.scheduler.framework.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Asks one plugin about one pod and one node. */
final class One {

    private One() {}

    static Snapshot cluster(Node node, Pod... placed) {
        SchedulerCache cache = new SchedulerCache();
        cache.putNode(node);
        Arrays.stream(placed).forEach(cache::putPod);
        return cache.snapshot();
    }

    /** {@code fits}, or the reasons, with a mark where no preemption can help. */
    static String verdict(FilterPlugin plugin, Pod pod, Snapshot cluster) {
        return switch (judge(plugin, pod, cluster)) {
            case Verdict.Fits fits -> "fits";
            case Verdict.Fails fails ->
                fails.objections().stream().map(o -> o.reason()).collect(Collectors.joining(", "))
                        + (fails.resolvable() ? "" : "!");
        };
    }

    /** What was compared. */
    static List<String> numbers(FilterPlugin plugin, Pod pod, Snapshot cluster) {
        Verdict.Fails fails = (Verdict.Fails) judge(plugin, pod, cluster);
        return fails.objections().stream().map(o -> o.numbers().get()).toList();
    }

    private static Verdict judge(FilterPlugin plugin, Pod pod, Snapshot cluster) {
        return switch (plugin.preFilter(PodInfo.of(pod), cluster)) {
            case Filtering.Skip skip -> Verdict.FITS;
            case Filtering.Rejected rejected -> rejected.why();
            case Filtering.EachNode each -> each.filter().filter(cluster.node(0));
            case Filtering.Among among -> among.filter().filter(cluster.node(0));
        };
    }

    /** The raw score; -1 if the plugin has no opinion. */
    static long score(ScorePlugin plugin, Pod pod, Snapshot cluster) {
        return plugin.preScore(PodInfo.of(pod), cluster, cluster.nodes().toList())
                .map(scorer -> scorer.score(cluster.node(0)))
                .orElse(-1L);
    }
}
