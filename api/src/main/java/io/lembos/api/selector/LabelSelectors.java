package io.lembos.api.selector;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Reads {@code metav1.LabelSelector} objects, as workloads and policies carry them. */
public final class LabelSelectors {

    private LabelSelectors() {}

    /** The selector of a workload; null selects nothing, an empty one everything. */
    public static Selector of(LabelSelector selector) {
        if (selector == null) {
            return Selector.NOTHING;
        }
        List<Requirement> requirements = new ArrayList<>();
        if (selector.getMatchLabels() != null) {
            selector.getMatchLabels().forEach((k, v) -> requirements.add(Requirement.equal(k, v)));
        }
        for (LabelSelectorRequirement r : selector.getMatchExpressions()) {
            requirements.add(new Requirement(
                    r.getKey(), Requirement.Operator.valueOf(r.getOperator()), new HashSet<>(r.getValues())));
        }
        return new Selector(requirements);
    }

    /** The selector of a Service or ReplicationController: every pair must be there; empty selects nothing. */
    public static Selector ofMap(Map<String, String> selector) {
        if (selector == null || selector.isEmpty()) {
            return Selector.NOTHING;
        }
        return new Selector(selector.entrySet().stream()
                .map(e -> Requirement.equal(e.getKey(), e.getValue()))
                .toList());
    }
}
