package io.lembos.scheduler.preemption;

import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatus;
import io.lembos.api.selector.LabelSelectors;
import io.lembos.api.selector.Selector;
import io.lembos.scheduler.cache.PodInfo;
import java.util.Set;

/**
 * A PodDisruptionBudget.
 *
 * @param allowed how many more of its pods may be disrupted now
 * @param disrupted names of pods whose disruption is counted in that already
 */
record Budget(Selector selector, int allowed, Set<String> disrupted) {

    static Budget of(PodDisruptionBudget budget) {
        PodDisruptionBudgetStatus status = budget.getStatus();
        boolean unknown = status == null || status.getDisruptionsAllowed() == null;
        return new Budget(
                LabelSelectors.of(budget.getSpec().getSelector()),
                unknown ? 0 : status.getDisruptionsAllowed(),
                status == null || status.getDisruptedPods() == null
                        ? Set.of()
                        : Set.copyOf(status.getDisruptedPods().keySet()));
    }

    /** Whether the end of the pod would count against it. An empty selector selects nothing here. */
    boolean covers(PodInfo pod) {
        return !pod.labels().isEmpty()
                && !selector.requirements().isEmpty()
                && selector.matches(pod.labels())
                && !disrupted.contains(pod.key().name());
    }
}
