package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.lembos.api.selector.LabelSelectors;
import io.lembos.api.selector.Selector;
import io.lembos.scheduler.cache.AffinityTerm;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.NodeChange;
import io.lembos.scheduler.framework.PodChange;
import java.util.List;
import java.util.function.Predicate;

/**
 * What may help a pod that would have been spread badly: pods that its constraints count, nodes that are domains of theirs.
 * A pod that has no constraints of its own was rejected by the profile's, which are not known here: anything may help it.
 */
final class PodTopologySpreadHints {

    private PodTopologySpreadHints() {}

    private record Constraint(String topologyKey, Selector selector) {}

    static List<HintedEvent> events() {
        return List.of(
                HintedEvent.ofPods(
                        PodTopologySpreadHints::isCountedAnew,
                        EventAction.ADD,
                        EventAction.DELETE,
                        EventAction.UPDATE_POD_LABEL,
                        EventAction.UPDATE_POD_TERMINATING),
                HintedEvent.ofItself((pod, change) -> true, EventAction.UPDATE_POD_LABEL),
                HintedEvent.ofNodes(
                        PodTopologySpreadHints::changesDomains,
                        EventAction.ADD,
                        EventAction.DELETE,
                        EventAction.UPDATE_NODE_LABEL,
                        EventAction.UPDATE_NODE_TAINT));
    }

    private static boolean isCountedAnew(PodInfo pod, PodChange change) {
        PodInfo other = change.after() == null ? change.before() : change.after();
        if (!other.key().namespace().equals(pod.key().namespace())) {
            return false;
        }
        List<Constraint> constraints = constraints(pod);
        return constraints.isEmpty()
                || constraints.stream().anyMatch(c -> counts(c, change.before()) != counts(c, change.after()));
    }

    private static boolean counts(Constraint constraint, PodInfo pod) {
        return pod != null && !pod.isTerminating() && constraint.selector().matches(pod.labels());
    }

    private static boolean changesDomains(PodInfo pod, NodeChange change) {
        List<Constraint> constraints = constraints(pod);
        boolean was = isInDomains(constraints, change.before());
        boolean is = isInDomains(constraints, change.after());
        if (!was || !is) {
            return was != is;
        }
        Predicate<NodeInfo> wanted = NodeAffinity.match(pod);
        return constraints.isEmpty()
                || change.actions().contains(EventAction.UPDATE_NODE_TAINT)
                || wanted.test(change.before()) != wanted.test(change.after())
                || constraints.stream()
                        .anyMatch(c -> !domain(c, change.before()).equals(domain(c, change.after())));
    }

    /** Nodes that lack a key of any constraint are left out by all. */
    private static boolean isInDomains(List<Constraint> constraints, NodeInfo node) {
        return node != null && constraints.stream().allMatch(c -> domain(c, node) != null);
    }

    private static String domain(Constraint constraint, NodeInfo node) {
        return node.labels().get(constraint.topologyKey());
    }

    private static List<Constraint> constraints(PodInfo pod) {
        return pod.pod().getSpec().getTopologySpreadConstraints().stream()
                .filter(c -> "DoNotSchedule".equals(c.getWhenUnsatisfiable()))
                .map(c -> new Constraint(c.getTopologyKey(), selector(c, pod)))
                .toList();
    }

    private static Selector selector(TopologySpreadConstraint constraint, PodInfo pod) {
        Selector selector = LabelSelectors.of(constraint.getLabelSelector());
        return AffinityTerm.withKeys(selector, constraint.getMatchLabelKeys(), List.of(), pod.labels());
    }
}
