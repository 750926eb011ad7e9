package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.lembos.api.selector.Requirement;
import io.lembos.api.selector.Selector;
import io.lembos.scheduler.cache.NodeInfo;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Node selector terms, read once and matched against many nodes. */
final class NodeSelectors {
    static final String NAME_FIELD = "metadata.name";

    private NodeSelectors() {}

    /** @param fields on {@code metadata.name}, the only field there is */
    record Term(Selector labels, Selector fields) {
        boolean matches(NodeInfo node) {
            return labels.matches(node.labels())
                    && (fields.isEverything() || fields.matches(Map.of(NAME_FIELD, node.name())));
        }

        /** The only nodes that the term can match; empty if it does not name any. */
        Optional<Set<String>> names() {
            return fields.requirements().stream()
                    .filter(r -> r.operator() == Requirement.Operator.In)
                    .map(Requirement::values)
                    .findFirst();
        }
    }

    /** Terms without conditions match nothing and are left out. */
    static List<Term> terms(List<NodeSelectorTerm> terms) {
        return terms.stream()
                .filter(t -> !t.getMatchExpressions().isEmpty()
                        || !t.getMatchFields().isEmpty())
                .map(NodeSelectors::term)
                .toList();
    }

    static Term term(NodeSelectorTerm term) {
        return new Term(selector(term.getMatchExpressions()), selector(term.getMatchFields()));
    }

    private static Selector selector(List<NodeSelectorRequirement> requirements) {
        return new Selector(
                requirements.stream().map(NodeSelectors::requirement).toList());
    }

    private static Requirement requirement(NodeSelectorRequirement r) {
        Set<String> values = r.getValues() == null ? Set.of() : new HashSet<>(r.getValues());
        return new Requirement(r.getKey(), Requirement.Operator.valueOf(r.getOperator()), values);
    }
}
