package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.Taint;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.NodeLocal;
import io.lembos.scheduler.framework.NowFits;
import io.lembos.scheduler.framework.Objection;
import io.lembos.scheduler.framework.Requeues;
import io.lembos.scheduler.framework.Verdict;
import java.util.List;

/** Keeps pods off cordoned nodes, unless they tolerate the taint that stands for being cordoned. */
public final class NodeUnschedulable implements FilterPlugin, NodeLocal, Requeues {
    private static final String KEY = "node.kubernetes.io/unschedulable";
    private static final Taint CORDONED = new Taint("NoSchedule", KEY, null, "");
    private static final Verdict REFUSED = new Verdict.Fails(
            false,
            List.of(new Objection(
                    "node(s) were unschedulable",
                    () -> "spec.unschedulable: true, and " + KEY + " is not tolerated",
                    () -> "uncordon the node, or tolerate " + KEY)));

    @Override
    public String name() {
        return "NodeUnschedulable";
    }

    @Override
    public Filtering preFilter(PodInfo pod, Snapshot snapshot) {
        return toleratesCordons(pod)
                ? Filtering.SKIP
                : new Filtering.EachNode(node -> node.isUnschedulable() ? REFUSED : Verdict.FITS);
    }

    @Override
    public List<HintedEvent> events() {
        return List.of(
                HintedEvent.ofNodes(new NowFits(this), EventAction.ADD, EventAction.UPDATE_NODE_TAINT),
                HintedEvent.ofItself(
                        (pod, change) -> toleratesCordons(change.after()), EventAction.UPDATE_POD_TOLERATION));
    }

    private static boolean toleratesCordons(PodInfo pod) {
        return TaintToleration.tolerates(pod.pod().getSpec().getTolerations(), CORDONED);
    }
}
