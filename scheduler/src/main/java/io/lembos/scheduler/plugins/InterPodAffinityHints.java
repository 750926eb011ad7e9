package io.lembos.scheduler.plugins;

import io.lembos.api.selector.Selector;
import io.lembos.scheduler.cache.AffinityTerm;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.NodeChange;
import io.lembos.scheduler.framework.PodChange;
import java.util.List;

/**
 * What may help a pod that lacked the company it wants or had company it, or the company, does not want. Unlike
 * kube-scheduler's, these hints count the other pod's anti-affinity too: its end helps those whom it kept away. Namespaces
 * are not known here, so that a term with a namespace selector is taken to mean them all.
 */
final class InterPodAffinityHints {

    private InterPodAffinityHints() {}

    static List<HintedEvent> events() {
        return List.of(
                HintedEvent.ofPods(
                        InterPodAffinityHints::isBetterCompany,
                        EventAction.ADD,
                        EventAction.DELETE,
                        EventAction.UPDATE_POD_LABEL),
                HintedEvent.ofItself((pod, change) -> true, EventAction.UPDATE_POD_LABEL),
                HintedEvent.ofNodes(
                        InterPodAffinityHints::isInDomains, EventAction.ADD, EventAction.UPDATE_NODE_LABEL));
    }

    private static boolean isBetterCompany(PodInfo pod, PodChange change) {
        boolean wasWanted = isWanted(pod, change.before());
        boolean isWanted = isWanted(pod, change.after());
        boolean lessUnwanted = keepsAway(pod, change.before()) && !keepsAway(pod, change.after());
        // The first pod of a group that wants its own kind may go anywhere, once there is no other.
        boolean last = wasWanted && !isWanted && isWanted(pod, pod);
        return isWanted && !wasWanted || lessUnwanted || last;
    }

    /** One pod must match all terms. */
    private static boolean isWanted(PodInfo pod, PodInfo other) {
        List<AffinityTerm> terms = pod.affinity().required();
        return other != null && !terms.isEmpty() && terms.stream().allMatch(term -> means(term, other));
    }

    private static boolean keepsAway(PodInfo pod, PodInfo other) {
        return other != null
                && (pod.affinity().requiredAnti().stream().anyMatch(term -> means(term, other))
                        || other.affinity().requiredAnti().stream().anyMatch(term -> means(term, pod)));
    }

    private static boolean means(AffinityTerm term, PodInfo other) {
        boolean inNamespace = term.namespaces().contains(other.key().namespace())
                || !term.namespaceSelector().equals(Selector.NOTHING);
        return inNamespace && term.selector().matches(other.labels());
    }

    /** Which domains other pods' anti-affinity means is not known, so that any label may matter. */
    private static boolean isInDomains(PodInfo pod, NodeChange change) {
        return pod.affinity().required().stream()
                .allMatch(term -> change.after().labels().containsKey(term.topologyKey()));
    }
}
