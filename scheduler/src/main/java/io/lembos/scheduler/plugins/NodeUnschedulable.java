package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.Taint;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import java.util.List;

/** Keeps pods off cordoned nodes, unless they tolerate the taint that stands for being cordoned. */
public final class NodeUnschedulable implements FilterPlugin {
    private static final Taint CORDONED = new Taint("NoSchedule", "node.kubernetes.io/unschedulable", null, "");

    @Override
    public String name() {
        return "NodeUnschedulable";
    }

    @Override
    public List<String> filter(PodInfo pod, NodeInfo node) {
        boolean cordoned = Boolean.TRUE.equals(node.node().getSpec().getUnschedulable());
        return cordoned && !TaintToleration.tolerates(pod.pod().getSpec().getTolerations(), CORDONED)
                ? List.of("node(s) were unschedulable")
                : List.of();
    }
}
