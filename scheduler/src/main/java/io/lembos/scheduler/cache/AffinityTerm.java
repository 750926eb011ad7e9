package io.lembos.scheduler.cache;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.lembos.api.selector.LabelSelectors;
import io.lembos.api.selector.Requirement;
import io.lembos.api.selector.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A term of inter-pod affinity or anti-affinity: which pods it means, and within which domain.
 *
 * @param namespaces those pods live in, besides the ones whose labels match {@code namespaceSelector}
 * @param selector what their labels match, with {@code matchLabelKeys} and {@code mismatchLabelKeys} (KEP-3633) merged in
 * @param weight 1 to 100 for a preferred term, 0 for a required one
 */
public record AffinityTerm(
        Set<String> namespaces, Selector namespaceSelector, Selector selector, String topologyKey, int weight) {
    public AffinityTerm {
        namespaces = Set.copyOf(namespaces);
    }

    /** @param owner the labels and the namespace of the pod that carries the term */
    static AffinityTerm of(PodAffinityTerm term, int weight, String namespace, Map<String, String> owner) {
        LabelSelector inNamespaces = term.getNamespaceSelector();
        List<String> named = term.getNamespaces() == null ? List.of() : term.getNamespaces();
        Set<String> namespaces = named.isEmpty() && inNamespaces == null ? Set.of(namespace) : Set.copyOf(named);
        Selector selector = withKeys(
                LabelSelectors.of(term.getLabelSelector()),
                term.getMatchLabelKeys(),
                term.getMismatchLabelKeys(),
                owner);
        return new AffinityTerm(namespaces, LabelSelectors.of(inNamespaces), selector, term.getTopologyKey(), weight);
    }

    /** Adds "the same value as mine" and "another value than mine" for the keys that the pod has. */
    public static Selector withKeys(
            Selector selector, List<String> same, List<String> other, Map<String, String> owner) {
        List<Requirement> all = new ArrayList<>(selector.requirements());
        add(all, same, Requirement.Operator.In, owner);
        add(all, other, Requirement.Operator.NotIn, owner);
        return all.size() == selector.requirements().size() ? selector : new Selector(all);
    }

    private static void add(
            List<Requirement> all, List<String> keys, Requirement.Operator operator, Map<String, String> owner) {
        for (String key : keys == null ? List.<String>of() : keys) {
            String value = owner.get(key);
            if (value != null) {
                all.add(new Requirement(key, operator, Set.of(value)));
            }
        }
    }

    /** Whether the term means this pod. */
    public boolean matches(PodInfo pod, Surroundings surroundings) {
        String namespace = pod.key().namespace();
        return (namespaces.contains(namespace) || namespaceSelector.matches(surroundings.namespaceLabels(namespace)))
                && selector.matches(pod.labels());
    }
}
