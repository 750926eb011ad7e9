package io.lembos.scheduler.plugins;

import io.lembos.scheduler.cache.HostPort;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.NodeLocal;
import io.lembos.scheduler.framework.Objection;
import io.lembos.scheduler.framework.Requeues;
import io.lembos.scheduler.framework.Verdict;
import java.util.List;

/** Keeps two pods from taking the same port of a node. */
public final class NodePorts implements FilterPlugin, NodeLocal, Requeues {
    private static final String REASON = "node(s) didn't have free ports for the requested pod ports";

    @Override
    public String name() {
        return "NodePorts";
    }

    @Override
    public Filtering preFilter(PodInfo pod, Snapshot snapshot) {
        return pod.ports().isEmpty() ? Filtering.SKIP : new Filtering.EachNode(node -> judge(pod.ports(), node));
    }

    @Override
    public List<HintedEvent> events() {
        return NodePortsHints.events();
    }

    private static Verdict judge(List<HostPort> asked, NodeInfo node) {
        List<HostPort> taken = node.ports();
        for (int t = 0; t < taken.size(); t++) {
            for (int a = 0; a < asked.size(); a++) {
                if (asked.get(a).conflictsWith(taken.get(t))) {
                    return conflict(asked.get(a), taken.get(t), node);
                }
            }
        }
        return Verdict.FITS;
    }

    private static Verdict conflict(HostPort asked, HostPort taken, NodeInfo node) {
        return new Verdict.Fails(
                true,
                List.of(new Objection(
                        REASON,
                        () -> "port: asked " + asked + ", " + owner(taken, node) + " has " + taken,
                        () -> "take another host port, or let " + owner(taken, node) + " go")));
    }

    private static String owner(HostPort port, NodeInfo node) {
        for (PodInfo pod : node.pods().values()) {
            if (pod.ports().contains(port)) {
                return pod.key().toString();
            }
        }
        return "another pod";
    }
}
