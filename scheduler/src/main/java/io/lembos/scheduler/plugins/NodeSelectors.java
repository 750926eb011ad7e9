package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import java.util.List;

/** Node selector terms, read once and matched against many nodes. */
public final class NodeSelectors {

    private NodeSelectors() {}

    /** Terms without conditions match nothing and are left out. */
    public static List<NodeTerm> terms(List<NodeSelectorTerm> terms) {
        return terms.stream()
                .filter(NodeSelectors::saysSomething)
                .map(NodeTerm::of)
                .toList();
    }

    static boolean saysSomething(NodeSelectorTerm term) {
        return !expressions(term).isEmpty() || !fields(term).isEmpty();
    }

    static List<NodeSelectorRequirement> expressions(NodeSelectorTerm term) {
        return term == null || term.getMatchExpressions() == null ? List.of() : term.getMatchExpressions();
    }

    static List<NodeSelectorRequirement> fields(NodeSelectorTerm term) {
        return term == null || term.getMatchFields() == null ? List.of() : term.getMatchFields();
    }
}
