package io.lembos.scheduler.plugins;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.ResourceAmounts;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.NodeChange;
import io.lembos.scheduler.framework.NowFits;
import io.lembos.scheduler.framework.PodChange;
import java.util.List;

/** What may help a pod for which there was no room. */
record NodeResourcesFitHints(NodeResourcesFit plugin) {

    /** A pod that goes leaves a place at least, so that it may help anybody. */
    List<HintedEvent> events() {
        return List.of(
                HintedEvent.ofPods((pod, change) -> true, EventAction.DELETE),
                HintedEvent.ofPods(NodeResourcesFitHints::frees, EventAction.UPDATE_POD_SCALE_DOWN),
                HintedEvent.ofItself((pod, change) -> true, EventAction.UPDATE_POD_SCALE_DOWN),
                HintedEvent.ofNodes(this::hasMoreRoom, EventAction.ADD, EventAction.UPDATE_NODE_ALLOCATABLE));
    }

    private static boolean frees(PodInfo pod, PodChange change) {
        return hasMoreOfWhatItAsks(
                pod, change.after().requests(), change.before().requests());
    }

    private boolean hasMoreRoom(PodInfo pod, NodeChange change) {
        NodeInfo before = change.before();
        NodeInfo after = change.after();
        return NowFits.fitsAlone(plugin, pod, after)
                && (before == null
                        || after.podsMax() > before.podsMax()
                        || hasMoreOfWhatItAsks(pod, before.allocatable(), after.allocatable()));
    }

    private static boolean hasMoreOfWhatItAsks(PodInfo pod, ResourceAmounts less, ResourceAmounts more) {
        ResourceAmounts asks = pod.requests();
        return asks.milliCpu() > 0 && more.milliCpu() > less.milliCpu()
                || asks.memoryBytes() > 0 && more.memoryBytes() > less.memoryBytes()
                || asks.ephemeralBytes() > 0 && more.ephemeralBytes() > less.ephemeralBytes()
                || asks.extended().keySet().stream().anyMatch(name -> amount(more, name) > amount(less, name));
    }

    private static long amount(ResourceAmounts amounts, String extended) {
        return amounts.extended().getOrDefault(extended, 0L);
    }
}
