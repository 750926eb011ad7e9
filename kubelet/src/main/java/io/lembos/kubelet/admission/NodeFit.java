package io.lembos.kubelet.admission;

import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether a pod's node selector and required node affinity choose a node. Pure. */
record NodeFit(String name, Map<String, String> labels) {

    boolean isChosenBy(Pod pod) {
        Map<String, String> selector = pod.getSpec().getNodeSelector();
        if (selector != null && !labels.entrySet().containsAll(selector.entrySet())) {
            return false;
        }
        return required(pod)
                .map(r -> r.getNodeSelectorTerms().stream().anyMatch(this::matches))
                .orElse(true);
    }

    static boolean asks(Pod pod) {
        Map<String, String> selector = pod.getSpec().getNodeSelector();
        return (selector != null && !selector.isEmpty()) || required(pod).isPresent();
    }

    private static Optional<NodeSelector> required(Pod pod) {
        return Optional.ofNullable(pod.getSpec().getAffinity())
                .map(a -> a.getNodeAffinity())
                .map(n -> n.getRequiredDuringSchedulingIgnoredDuringExecution());
    }

    /** A term without requirements chooses nothing. */
    private boolean matches(NodeSelectorTerm term) {
        if (term.getMatchExpressions().isEmpty() && term.getMatchFields().isEmpty()) {
            return false;
        }
        return term.getMatchExpressions().stream().allMatch(r -> matches(r, labels.get(r.getKey())))
                && term.getMatchFields().stream()
                        .allMatch(r -> matches(r, r.getKey().equals("metadata.name") ? name : null));
    }

    private static boolean matches(NodeSelectorRequirement requirement, String value) {
        List<String> values = requirement.getValues();
        return switch (requirement.getOperator()) {
            case "In" -> value != null && values.contains(value);
            case "NotIn" -> value == null || !values.contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt" -> compare(value, values).filter(c -> c > 0).isPresent();
            case "Lt" -> compare(value, values).filter(c -> c < 0).isPresent();
            default -> false;
        };
    }

    private static Optional<Integer> compare(String value, List<String> values) {
        try {
            return value == null
                    ? Optional.empty()
                    : Optional.of(Long.compare(Long.parseLong(value), Long.parseLong(values.getFirst())));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
