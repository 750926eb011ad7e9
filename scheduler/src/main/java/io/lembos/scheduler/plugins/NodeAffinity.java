package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.PreferredSchedulingTerm;
import io.lembos.api.selector.LabelSelectors;
import io.lembos.api.selector.Selector;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.FilterPlugin;
import io.lembos.scheduler.framework.Filtering;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.NodeFilter;
import io.lembos.scheduler.framework.NodeLocal;
import io.lembos.scheduler.framework.NodeScorer;
import io.lembos.scheduler.framework.Normalisation;
import io.lembos.scheduler.framework.NowFits;
import io.lembos.scheduler.framework.Objection;
import io.lembos.scheduler.framework.Requeues;
import io.lembos.scheduler.framework.ScorePlugin;
import io.lembos.scheduler.framework.Verdict;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Keeps pods to nodes that their node selector and required node affinity name (any one term, all of its conditions), and
 * prefers nodes by the weights of the preferred terms that match. Formula: {@code nodeaffinity/node_affinity.go}.
 */
public final class NodeAffinity implements FilterPlugin, ScorePlugin, NodeLocal, Requeues {
    private static final String MISMATCH = "node(s) didn't match Pod's node affinity/selector";
    private static final String NOT_ADDED = "node(s) didn't match scheduler-enforced node affinity";
    private static final Verdict.Fails CONFLICT = Verdict.unresolvable("pod affinity terms conflict");

    private final Optional<List<NodeTerm>> addedRequired;
    private final List<Preferred> addedPreferred;

    private record Preferred(NodeTerm term, int weight) {}

    /** What a pod requires: all pairs of its node selector, and one of the terms if there are any. */
    private record Required(Selector pairs, Optional<List<NodeTerm>> terms) {
        boolean matches(NodeInfo node) {
            return pairs.matches(node.labels()) && (terms.isEmpty() || matchesAny(terms.get(), node));
        }

        String text(NodeInfo node) {
            if (pairs.matches(node.labels())) {
                return unmatched(terms.get(), node);
            }
            return "node selector: " + new NodeTerm(pairs.requirements(), List.of(), true).text(node);
        }
    }

    public NodeAffinity() {
        this(null);
    }

    /** @param added {@code NodeAffinityArgs.addedAffinity}: what all pods of the profile require and prefer; may be null */
    public NodeAffinity(io.fabric8.kubernetes.api.model.NodeAffinity added) {
        addedRequired = required(added);
        addedPreferred = preferred(added);
    }

    @Override
    public String name() {
        return "NodeAffinity";
    }

    @Override
    public Filtering preFilter(PodInfo pod, Snapshot snapshot) {
        Required required = required(pod);
        if (required.pairs().isEverything() && required.terms().isEmpty() && addedRequired.isEmpty()) {
            return Filtering.SKIP;
        }
        NodeFilter filter = node -> judge(required, node);
        Set<String> names = names(affinity(pod));
        if (names == null) {
            return new Filtering.EachNode(filter);
        }
        return names.isEmpty() ? new Filtering.Rejected(CONFLICT) : new Filtering.Among(names, filter);
    }

    private Verdict judge(Required required, NodeInfo node) {
        if (addedRequired.isPresent() && !matchesAny(addedRequired.get(), node)) {
            return fails(NOT_ADDED, () -> unmatched(addedRequired.get(), node));
        }
        return required.matches(node) ? Verdict.FITS : fails(MISMATCH, () -> required.text(node));
    }

    private static Verdict fails(String reason, Supplier<String> numbers) {
        return new Verdict.Fails(
                false,
                List.of(new Objection(reason, numbers, () -> "label the node accordingly, or ask for other labels")));
    }

    private static boolean matchesAny(List<NodeTerm> terms, NodeInfo node) {
        for (int i = 0; i < terms.size(); i++) {
            if (terms.get(i).matches(node)) {
                return true;
            }
        }
        return false;
    }

    private static String unmatched(List<NodeTerm> terms, NodeInfo node) {
        return terms.isEmpty()
                ? "node affinity: no terms"
                : terms.stream().map(t -> t.text(node)).collect(Collectors.joining("; or ", "node affinity: ", ""));
    }

    @Override
    public Optional<NodeScorer> preScore(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        List<Preferred> preferred = preferred(affinity(pod));
        return preferred.isEmpty() && addedPreferred.isEmpty()
                ? Optional.empty()
                : Optional.of(node -> sum(preferred, node) + sum(addedPreferred, node));
    }

    @Override
    public Normalisation normalisation() {
        return Normalisation.PROPORTIONAL;
    }

    @Override
    public List<HintedEvent> events() {
        return List.of(HintedEvent.ofNodes(new NowFits(this), EventAction.ADD, EventAction.UPDATE_NODE_LABEL));
    }

    /** Whether the pod's own node selector and required node affinity allow a node. */
    static Predicate<NodeInfo> match(PodInfo pod) {
        Required required = required(pod);
        return required::matches;
    }

    private static long sum(List<Preferred> terms, NodeInfo node) {
        long sum = 0;
        for (int i = 0; i < terms.size(); i++) {
            sum += terms.get(i).term().matches(node) ? terms.get(i).weight() : 0;
        }
        return sum;
    }

    /** The nodes that all terms together name; null if one of them names none. */
    private static Set<String> names(io.fabric8.kubernetes.api.model.NodeAffinity affinity) {
        NodeSelector selector = affinity == null ? null : affinity.getRequiredDuringSchedulingIgnoredDuringExecution();
        if (selector == null || selector.getNodeSelectorTerms().isEmpty()) {
            return null;
        }
        Set<String> names = new HashSet<>();
        for (NodeSelectorTerm term : selector.getNodeSelectorTerms()) {
            Set<String> some = NodeTerm.names(term);
            if (some == null) {
                return null;
            }
            names.addAll(some);
        }
        return names;
    }

    private static Required required(PodInfo pod) {
        Map<String, String> pairs = pod.pod().getSpec().getNodeSelector();
        Selector selector = pairs == null || pairs.isEmpty() ? Selector.EVERYTHING : LabelSelectors.ofMap(pairs);
        return new Required(selector, required(affinity(pod)));
    }

    private static Optional<List<NodeTerm>> required(io.fabric8.kubernetes.api.model.NodeAffinity affinity) {
        NodeSelector selector = affinity == null ? null : affinity.getRequiredDuringSchedulingIgnoredDuringExecution();
        return selector == null ? Optional.empty() : Optional.of(NodeSelectors.terms(selector.getNodeSelectorTerms()));
    }

    private static List<Preferred> preferred(io.fabric8.kubernetes.api.model.NodeAffinity affinity) {
        return affinity == null
                ? List.of()
                : affinity.getPreferredDuringSchedulingIgnoredDuringExecution().stream()
                        .filter(NodeAffinity::says)
                        .map(p -> new Preferred(NodeTerm.of(p.getPreference()), p.getWeight()))
                        .toList();
    }

    private static boolean says(PreferredSchedulingTerm term) {
        return term.getWeight() != null && term.getWeight() != 0 && NodeSelectors.saysSomething(term.getPreference());
    }

    private static io.fabric8.kubernetes.api.model.NodeAffinity affinity(PodInfo pod) {
        var affinity = pod.pod().getSpec().getAffinity();
        return affinity == null ? null : affinity.getNodeAffinity();
    }
}
