package io.lembos.scheduler.cycle;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.cycle.Evaluation.Failed;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.NodeFilter;
import io.lembos.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * All filters of a profile, prepared for one pod on one snapshot. Judges nodes of the snapshot, and the same nodes as they
 * would be with other pods on them. Immutable.
 *
 * @param priority that of the pod
 * @param uid its uid
 * @param rejection set when no node can do, whatever it is like
 * @param among the only nodes that come into question; null for all
 * @param amongPlugins who says so
 */
public record Feasibility(
        int priority,
        String uid,
        Optional<Failed> rejection,
        List<Prepared> filters,
        Set<String> among,
        Set<String> amongPlugins) {

    /** A plugin that may object. */
    public record Prepared(String plugin, NodeFilter filter) {}

    public static Feasibility of(Profile profile, PodInfo pod, Snapshot snapshot) {
        List<Prepared> filters = new ArrayList<>(4);
        Set<String> among = null;
        Set<String> amongPlugins = new TreeSet<>();
        for (FilterPlugin plugin : profile.filters()) {
            switch (plugin.preFilter(pod, snapshot)) {
                case Filtering.Skip skip -> {}
                case Filtering.Rejected rejected -> {
                    return rejected(pod, plugin.name(), rejected.why());
                }
                case Filtering.EachNode each -> filters.add(new Prepared(plugin.name(), each.filter()));
                case Filtering.Among some -> {
                    filters.add(new Prepared(plugin.name(), some.filter()));
                    amongPlugins.add(plugin.name());
                    among = among == null ? some.names() : common(among, some.names());
                    if (among.isEmpty()) {
                        return nowhere(pod, plugin.name(), amongPlugins);
                    }
                }
            }
        }
        return new Feasibility(pod.priority(), pod.uid(), Optional.empty(), filters, among, amongPlugins);
    }

    /** Why the node cannot take the pod; empty if it can, also after the pods nominated to it have come. */
    public Optional<Failed> judge(NodeInfo node) {
        if (among != null && !among.contains(node.name())) {
            return Optional.of(outside());
        }
        NodeInfo later = node.nominated().isEmpty() ? node : node.withNominated(priority, uid);
        Optional<Failed> why = later == node ? Optional.empty() : judgeAs(later);
        return why.isPresent() ? why : judgeAs(node);
    }

    /** All that any plugin has against the node, not only what the first one says. */
    public List<Failed> allObjections(NodeInfo node) {
        if (rejection.isPresent()) {
            return List.of(rejection.get());
        }
        NodeInfo later = node.withNominated(priority, uid);
        List<Failed> all = new ArrayList<>();
        if (among != null && !among.contains(node.name())) {
            all.add(outside());
        }
        for (Prepared each : filters) {
            if (each.filter().filter(later) instanceof Verdict.Fails fails) {
                all.add(new Failed(each.plugin(), fails));
            } else if (later != node && each.filter().filter(node) instanceof Verdict.Fails fails) {
                all.add(new Failed(each.plugin(), fails));
            }
        }
        return all;
    }

    /** What is wrong with all nodes but {@code among}. */
    public Failed outside() {
        Verdict.Fails why = Verdict.unresolvable("node(s) didn't satisfy plugin(s) " + listed(amongPlugins));
        return new Failed(amongPlugins.iterator().next(), why);
    }

    /** The same for a node as it would be, nominations left out. */
    public Optional<Failed> judgeAs(NodeInfo node) {
        for (Prepared each : filters) {
            if (each.filter().filter(node) instanceof Verdict.Fails fails) {
                return Optional.of(new Failed(each.plugin(), fails));
            }
        }
        return Optional.empty();
    }

    private static Feasibility rejected(PodInfo pod, String plugin, Verdict.Fails why) {
        return new Feasibility(
                pod.priority(), pod.uid(), Optional.of(new Failed(plugin, why)), List.of(), null, Set.of());
    }

    private static Feasibility nowhere(PodInfo pod, String plugin, Set<String> plugins) {
        String reason = plugins.size() == 1
                ? "node(s) didn't satisfy plugin " + plugin
                : "node(s) didn't satisfy plugin(s) " + listed(plugins) + " simultaneously";
        return rejected(pod, plugin, Verdict.unresolvable(reason));
    }

    private static Set<String> common(Set<String> some, Set<String> others) {
        Set<String> both = new HashSet<>(some);
        both.retainAll(others);
        return both;
    }

    private static String listed(Set<String> plugins) {
        return "[" + String.join(" ", plugins) + "]";
    }
}
