package io.lembos.scheduler.reference;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** NodeAffinity. */
final class ReferenceAffinity {

    private ReferenceAffinity() {}

    /** Node selector and required terms. */
    static final class Filter implements ReferenceFilter {
        @Override
        public String plugin() {
            return "NodeAffinity";
        }

        @Override
        public Optional<Objection> rejects(Pod pod, ReferenceCluster cluster) {
            boolean conflict = named(pod).isPresent() && named(pod).get().isEmpty();
            return Objection.unresolvableIf(conflict, "pod affinity terms conflict");
        }

        @Override
        public Optional<Set<String>> among(Pod pod, ReferenceCluster cluster) {
            return named(pod);
        }

        @Override
        public Optional<Objection> objects(Pod pod, Node node, ReferenceCluster cluster) {
            return Objection.unresolvableIf(!allows(pod, node), "node(s) didn't match Pod's node affinity/selector");
        }
    }

    /** Preferred terms. */
    static final class Score implements ReferenceScore {
        @Override
        public String plugin() {
            return "NodeAffinity";
        }

        @Override
        public int weight() {
            return 2;
        }

        @Override
        public List<Long> raw(Pod pod, List<Node> feasible, ReferenceCluster cluster) {
            return feasible.stream()
                    .map(node -> affinity(pod)
                            .map(a -> a.getPreferredDuringSchedulingIgnoredDuringExecution().stream()
                                    .filter(p -> matches(p.getPreference(), node))
                                    .mapToLong(p -> p.getWeight())
                                    .sum())
                            .orElse(0L))
                    .toList();
        }

        @Override
        public List<Long> normalised(List<Long> raw) {
            long max = Collections.max(raw);
            return raw.stream().map(r -> max == 0 ? 0 : 100 * r / max).toList();
        }
    }

    /** Whether the pod's node selector and required node affinity allow the node. */
    static boolean allows(Pod pod, Node node) {
        Map<String, String> selector = pod.getSpec().getNodeSelector();
        boolean selected =
                selector == null || ReferenceCluster.labels(node).entrySet().containsAll(selector.entrySet());
        return selected
                && required(pod)
                        .map(ts -> ts.stream().anyMatch(t -> matches(t, node)))
                        .orElse(true);
    }

    private static Optional<NodeAffinity> affinity(Pod pod) {
        return Optional.ofNullable(pod.getSpec().getAffinity()).map(a -> a.getNodeAffinity());
    }

    private static Optional<List<NodeSelectorTerm>> required(Pod pod) {
        return affinity(pod)
                .map(NodeAffinity::getRequiredDuringSchedulingIgnoredDuringExecution)
                .map(r -> r.getNodeSelectorTerms());
    }

    /** If every term names nodes: all of those that one of them leaves. */
    private static Optional<Set<String>> named(Pod pod) {
        List<NodeSelectorTerm> terms = required(pod).orElse(List.of());
        Set<String> all = new HashSet<>();
        for (NodeSelectorTerm term : terms) {
            List<NodeSelectorRequirement> naming = term.getMatchFields().stream()
                    .filter(f -> f.getKey().equals("metadata.name")
                            && f.getOperator().equals("In"))
                    .toList();
            if (naming.isEmpty()) {
                return Optional.empty();
            }
            Set<String> left = new HashSet<>(naming.getFirst().getValues());
            naming.forEach(n -> left.retainAll(n.getValues()));
            all.addAll(left);
        }
        return terms.isEmpty() ? Optional.empty() : Optional.of(all);
    }

    private static boolean matches(NodeSelectorTerm term, Node node) {
        boolean empty =
                term.getMatchExpressions().isEmpty() && term.getMatchFields().isEmpty();
        return !empty
                && term.getMatchExpressions().stream().allMatch(e -> label(e, node))
                && term.getMatchFields().stream().allMatch(f -> field(f, node));
    }

    private static boolean label(NodeSelectorRequirement condition, Node node) {
        String value = ReferenceCluster.labels(node).get(condition.getKey());
        List<String> values = condition.getValues();
        return switch (condition.getOperator()) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt" ->
                isNumber(value)
                        && isNumber(values.getFirst())
                        && Long.parseLong(value) > Long.parseLong(values.getFirst());
            case "Lt" ->
                isNumber(value)
                        && isNumber(values.getFirst())
                        && Long.parseLong(value) < Long.parseLong(values.getFirst());
            default -> throw new IllegalArgumentException(condition.getOperator());
        };
    }

    private static boolean field(NodeSelectorRequirement condition, Node node) {
        boolean same = condition.getValues().getFirst().equals(ReferenceCluster.name(node));
        return condition.getValues().size() == 1 && condition.getOperator().equals("In") == same;
    }

    private static boolean isNumber(String value) {
        return value != null && value.matches("[0-9]+");
    }
}
