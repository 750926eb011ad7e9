package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.Taint;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.NodeLocal;
import io.lembos.scheduler.framework.Objection;
import io.lembos.scheduler.framework.Verdict;
import java.util.List;

/** Keeps pods off cordoned nodes, unless they tolerate the taint that stands for being cordoned. */
public final class NodeUnschedulable implements FilterPlugin, NodeLocal {
    private static final String KEY = "node.kubernetes.io/unschedulable";
    private static final Taint CORDONED = new Taint("NoSchedule", KEY, null, "");
    private static final Verdict REFUSED = new Verdict.Fails(
            false,
            List.of(new Objection(
                    "node(s) were unschedulable", () -> "spec.unschedulable: true, and " + KEY + " is not tolerated")));

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
