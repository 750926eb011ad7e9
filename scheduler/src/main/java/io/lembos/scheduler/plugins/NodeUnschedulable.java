package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.Taint;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.NodeLocal;
import io.lembos.scheduler.framework.Verdict;

/** Keeps pods off cordoned nodes, unless they tolerate the taint that stands for being cordoned. */
public final class NodeUnschedulable implements FilterPlugin, NodeLocal {
    private static final Taint CORDONED = new Taint("NoSchedule", "node.kubernetes.io/unschedulable", null, "");
    private static final Verdict REFUSED = Verdict.unresolvable("node(s) were unschedulable");

    @Override
    public String name() {
        return "NodeUnschedulable";
    }

    @Override
    public Filtering preFilter(PodInfo pod, Snapshot snapshot) {
        return TaintToleration.tolerates(pod.pod().getSpec().getTolerations(), CORDONED)
                ? Filtering.SKIP
                : new Filtering.EachNode(node -> node.isUnschedulable() ? REFUSED : Verdict.FITS);
    }
}
