package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.NodeSelector;
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
import io.lembos.scheduler.framework.Requeues;
import io.lembos.scheduler.framework.ScorePlugin;
import io.lembos.scheduler.framework.Verdict;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps pods to nodes that their node selector and required node affinity name (any one term, all of its conditions), and
 * prefers nodes by the weights of the preferred terms that match. Formula: {@code nodeaffinity/node_affinity.go}.
 */
public final class NodeAffinity implements FilterPlugin, ScorePlugin, NodeLocal, Requeues {
    private static final Verdict MISMATCH = Verdict.unresolvable("node(s) didn't match Pod's node affinity/selector");
    private static final Verdict NOT_ADDED =
            Verdict.unresolvable("node(s) didn't match scheduler-enforced node affinity");
    private static final Verdict.Fails CONFLICT = Verdict.unresolvable("pod affinity terms conflict");

    private final Optional<List<NodeSelectors.Term>> addedRequired;
    private final List<Preferred> addedPreferred;

    private record Preferred(NodeSelectors.Term term, int weight) {}

    /** What a pod requires: all pairs of its node selector, and one of the terms if there are any. */
    private record Required(Selector pairs, Optional<List<NodeSelectors.Term>> terms) {
        boolean matches(NodeInfo node) {
            return pairs.matches(node.labels())
                    && (terms.isEmpty() || terms.get().stream().anyMatch(t -> t.matches(node)));
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
        NodeFilter filter = node -> {
            if (addedRequired.isPresent() && addedRequired.get().stream().noneMatch(t -> t.matches(node))) {
                return NOT_ADDED;
            }
            return required.matches(node) ? Verdict.FITS : MISMATCH;
        };
        Optional<Set<String>> names = required.terms().flatMap(NodeAffinity::names);
        if (names.isEmpty()) {
            return new Filtering.EachNode(filter);
        }
        return names.get().isEmpty() ? new Filtering.Rejected(CONFLICT) : new Filtering.Among(names.get(), filter);
    }

    @Override
    public Optional<NodeScorer> preScore(PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible) {
        List<Preferred> preferred = preferred(ofPod(pod));
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

    /** Whether the pod's own node selector and required node affinity allow the node. */
    static NodeMatch match(PodInfo pod) {
        Required required = required(pod);
        return required::matches;
    }

    /** A condition on nodes. */
    @FunctionalInterface
    interface NodeMatch {
        boolean matches(NodeInfo node);
    }

    private static long sum(List<Preferred> terms, NodeInfo node) {
        long sum = 0;
        for (Preferred each : terms) {
            sum += each.term().matches(node) ? each.weight() : 0;
        }
        return sum;
    }

    /** The nodes that all terms together name; empty if one of them names none. */
    private static Optional<Set<String>> names(List<NodeSelectors.Term> terms) {
        Set<String> names = new HashSet<>();
        for (NodeSelectors.Term term : terms) {
            Optional<Set<String>> some = term.names();
            if (some.isEmpty()) {
                return Optional.empty();
            }
            names.addAll(some.get());
        }
        return terms.isEmpty() ? Optional.empty() : Optional.of(names);
    }

    private static Required required(PodInfo pod) {
        Map<String, String> pairs = pod.pod().getSpec().getNodeSelector();
        Selector selector = pairs == null || pairs.isEmpty() ? Selector.EVERYTHING : LabelSelectors.ofMap(pairs);
        return new Required(selector, required(ofPod(pod)));
    }

    private static Optional<List<NodeSelectors.Term>> required(io.fabric8.kubernetes.api.model.NodeAffinity affinity) {
        NodeSelector selector = affinity == null ? null : affinity.getRequiredDuringSchedulingIgnoredDuringExecution();
        return selector == null ? Optional.empty() : Optional.of(NodeSelectors.terms(selector.getNodeSelectorTerms()));
    }

    private static List<Preferred> preferred(io.fabric8.kubernetes.api.model.NodeAffinity affinity) {
        return affinity == null
                ? List.of()
                : affinity.getPreferredDuringSchedulingIgnoredDuringExecution().stream()
                        .filter(NodeAffinity::says)
                        .map(p -> new Preferred(NodeSelectors.term(p.getPreference()), p.getWeight()))
                        .toList();
    }

    private static boolean says(PreferredSchedulingTerm term) {
        return term.getWeight() != 0
                && (!term.getPreference().getMatchExpressions().isEmpty()
                        || !term.getPreference().getMatchFields().isEmpty());
    }

    private static io.fabric8.kubernetes.api.model.NodeAffinity ofPod(PodInfo pod) {
        var affinity = pod.pod().getSpec().getAffinity();
        return affinity == null ? null : affinity.getNodeAffinity();
    }
}
