package io.lembos.scheduler.framework;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import java.util.function.BiPredicate;

/**
 * A node helps a pod that the plugin has rejected if the plugin objects no more to the bare node, and did before or has not
 * seen it. Fits plugins whose verdict depends on nothing but the pod and the node itself.
 */
public record NowFits(FilterPlugin plugin) implements BiPredicate<PodInfo, NodeChange> {

    @Override
    public boolean test(PodInfo pod, NodeChange change) {
        Filtering filtering = plugin.preFilter(pod, Snapshot.EMPTY);
        return fits(filtering, change.after()) && (change.before() == null || !fits(filtering, change.before()));
    }

    /** Whether the pod could be on the bare node. */
    public static boolean fitsAlone(FilterPlugin plugin, PodInfo pod, NodeInfo node) {
        return fits(plugin.preFilter(pod, Snapshot.EMPTY), node);
    }

    private static boolean fits(Filtering filtering, NodeInfo node) {
        return switch (filtering) {
            case Filtering.Skip skip -> true;
            case Filtering.Rejected rejected -> false;
            case Filtering.EachNode each -> each.filter().filter(node) instanceof Verdict.Fits;
            case Filtering.Among some ->
                some.names().contains(node.name()) && some.filter().filter(node) instanceof Verdict.Fits;
        };
    }
}
