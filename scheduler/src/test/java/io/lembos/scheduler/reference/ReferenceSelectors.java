package io.lembos.scheduler.reference;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;

/** Label selectors, word for word. */
final class ReferenceSelectors {

    private ReferenceSelectors() {}

    static boolean matches(LabelSelector selector, Map<String, String> labels) {
        if (selector == null) {
            return false;
        }
        for (Map.Entry<String, String> pair : selector.getMatchLabels().entrySet()) {
            if (!pair.getValue().equals(labels.get(pair.getKey()))) {
                return false;
            }
        }
        for (LabelSelectorRequirement requirement : selector.getMatchExpressions()) {
            String value = labels.get(requirement.getKey());
            boolean in = value != null && requirement.getValues().contains(value);
            boolean holds = switch (requirement.getOperator()) {
                case "In" -> in;
                case "NotIn" -> !in;
                case "Exists" -> value != null;
                default -> value == null;
            };
            if (!holds) {
                return false;
            }
        }
        return true;
    }

    static boolean isEmpty(LabelSelector selector) {
        return selector != null
                && selector.getMatchLabels().isEmpty()
                && selector.getMatchExpressions().isEmpty();
    }

    static Map<String, String> labels(Pod pod) {
        return pod.getMetadata().getLabels() == null
                ? Map.of()
                : pod.getMetadata().getLabels();
    }
}
