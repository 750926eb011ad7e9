package io.lembos.scheduler.plugins;

import io.lembos.scheduler.cache.NodeInfo;
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

/** Honours a pod that names its node. */
public final class NodeName implements FilterPlugin, NodeLocal, Requeues {
    private static final String REASON = "node(s) didn't match the requested node name";

    @Override
    public String name() {
        return "NodeName";
    }

    @Override
    public Filtering preFilter(PodInfo pod, Snapshot snapshot) {
        String wanted = pod.pod().getSpec().getNodeName();
        return wanted == null || wanted.isEmpty()
                ? Filtering.SKIP
                : new Filtering.EachNode(node -> wanted.equals(node.name()) ? Verdict.FITS : other(wanted, node));
    }

    @Override
    public List<HintedEvent> events() {
        return List.of(HintedEvent.ofNodes(new NowFits(this), EventAction.ADD));
    }

    private static Verdict other(String wanted, NodeInfo node) {
        return new Verdict.Fails(
                false,
                List.of(new Objection(
                        REASON,
                        () -> "node: asked " + wanted + ", this is " + node.name(),
                        () -> "leave out spec.nodeName")));
    }
}
