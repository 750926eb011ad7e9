package io.lembos.scheduler.preemption;

import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.lembos.api.meta.ObjectKey;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** All PodDisruptionBudgets, by namespace and name. Immutable. */
public record Budgets(PMap<String, PMap<String, Budget>> byNamespace) {
    public static final Budgets NONE = new Budgets(HashTreePMap.empty());

    /**
     * Pods that may have to go, the order kept.
     *
     * @param violating those whose end a budget does not allow, if all before them in the list went too
     */
    record Split(List<Victim> violating, List<Victim> others) {}

    public Budgets with(PodDisruptionBudget budget) {
        ObjectKey key = ObjectKey.of(budget);
        PMap<String, Budget> present = byNamespace.getOrDefault(key.namespace(), HashTreePMap.empty());
        return new Budgets(byNamespace.plus(key.namespace(), present.plus(key.name(), Budget.of(budget))));
    }

    public Budgets without(ObjectKey key) {
        PMap<String, Budget> left =
                byNamespace.getOrDefault(key.namespace(), HashTreePMap.empty()).minus(key.name());
        return new Budgets(
                left.isEmpty() ? byNamespace.minus(key.namespace()) : byNamespace.plus(key.namespace(), left));
    }

    Split split(List<Victim> victims) {
        if (byNamespace.isEmpty()) {
            return new Split(List.of(), victims);
        }
        List<Victim> violating = new ArrayList<>();
        List<Victim> others = new ArrayList<>();
        Map<Budget, Integer> left = new IdentityHashMap<>();
        for (Victim victim : victims) {
            (isViolating(victim, left) ? violating : others).add(victim);
        }
        return new Split(violating, others);
    }

    private boolean isViolating(Victim victim, Map<Budget, Integer> left) {
        boolean violated = false;
        for (Budget budget : byNamespace
                .getOrDefault(victim.pod().key().namespace(), HashTreePMap.empty())
                .values()) {
            if (budget.covers(victim.pod())) {
                violated |= left.merge(budget, budget.allowed() - 1, (a, b) -> a - 1) < 0;
            }
        }
        return violated;
    }
}
