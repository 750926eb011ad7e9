package io.lembos.scheduler.preemption;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cycle.Evaluation.Failed;
import io.lembos.scheduler.cycle.Feasibility;
import io.lembos.scheduler.framework.Objection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out who would have to leave a node for a pod. Takes all less important pods away; if the pod fits then, puts back
 * whom it can, first those that a budget protects, and of those and of the others the most important first. Pure.
 *
 * @param feasibility of the pod that wants room, on the snapshot whose nodes are tried
 * @param now as which pods count that have not begun yet
 */
record DryRun(Feasibility feasibility, Budgets budgets, Instant now) {
    static final Futile NO_VICTIMS = new Futile(List.of("No preemption victims found for incoming pod"));

    /** How it went on one node. */
    sealed interface Outcome permits Candidate, Futile {}

    /** Preemption does not make room there. */
    record Futile(List<String> reasons) implements Outcome {}

    Outcome on(NodeInfo node) {
        List<PodInfo> lesser = new ArrayList<>();
        for (PodInfo pod : node.pods().values()) {
            if (pod.priority() < feasibility.priority()) {
                lesser.add(pod);
            }
        }
        if (lesser.isEmpty()) {
            return NO_VICTIMS;
        }
        NodeInfo emptied = node.without(lesser);
        Optional<Failed> why = feasibility.judge(emptied);
        if (why.isPresent()) {
            return new Futile(why.get().verdict().objections().stream()
                    .map(Objection::reason)
                    .toList());
        }
        List<Victim> inOrder = lesser.stream()
                .map(pod -> Victim.of(pod, now))
                .sorted(Victim.MOST_IMPORTANT_FIRST)
                .toList();
        return candidate(emptied, budgets.split(inOrder));
    }

    private Outcome candidate(NodeInfo emptied, Budgets.Split split) {
        List<Victim> victims = new ArrayList<>();
        NodeInfo node = reprieve(emptied, split.violating(), victims);
        int violations = victims.size();
        reprieve(node, split.others(), victims);
        if (victims.isEmpty()) {
            return NO_VICTIMS; // It fits already: somebody judged it on another state.
        }
        victims.sort(Victim.MOST_IMPORTANT_FIRST);
        return new Candidate(node.name(), victims, violations);
    }

    private NodeInfo reprieve(NodeInfo emptied, List<Victim> pods, List<Victim> victims) {
        NodeInfo node = emptied;
        for (Victim each : pods) {
            NodeInfo with = node.with(each.pod());
            if (feasibility.judge(with).isEmpty()) {
                node = with;
            } else {
                victims.add(each);
            }
        }
        return node;
    }
}
