package io.lembos.scheduler.preemption;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.cycle.Diagnosis;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * One search for candidates: from a random node on, until there are enough candidates and one among them that
 * violates no budget. Nodes without less important pods cost a glance; what a dry run needs is prepared when the first
 * node is worth one.
 */
final class CandidateSearch {
    private final Snapshot snapshot;
    private final int[] slots;
    private final int priority;
    private final Supplier<DryRun> prepare;
    private final List<Candidate> candidates = new ArrayList<>();
    private final Map<String, Integer> reasons = new HashMap<>();
    private boolean harmless;
    private DryRun dryRun;

    /**
     * @param resolvable slots of the nodes that come into question
     * @param priority that of the pod that wants room
     */
    CandidateSearch(Snapshot snapshot, BitSet resolvable, int priority, Supplier<DryRun> prepare) {
        this.snapshot = snapshot;
        this.slots = resolvable.stream().toArray();
        this.priority = priority;
        this.prepare = prepare;
    }

    /** Enough to choose among. */
    List<Candidate> run(PreemptionArgs args, RandomGenerator random) {
        int wanted = args.candidates(slots.length);
        int offset = slots.length == 0 ? 0 : random.nextInt(slots.length);
        for (int i = 0; i < slots.length && !(harmless && candidates.size() >= wanted); i++) {
            look(snapshot.node(slots[(offset + i) % slots.length]));
        }
        return candidates;
    }

    private void look(NodeInfo node) {
        switch (tryOn(node)) {
            case Candidate candidate -> {
                candidates.add(candidate);
                harmless |= candidate.violations() == 0;
            }
            case DryRun.Futile futile -> futile.reasons().forEach(reason -> reasons.merge(reason, 1, Integer::sum));
        }
    }

    private DryRun.Outcome tryOn(NodeInfo node) {
        if (node.leastPriority() >= priority) {
            return DryRun.NO_VICTIMS;
        }
        if (dryRun == null) {
            dryRun = prepare.get();
        }
        return dryRun.on(node);
    }

    /** Why there is no candidate. */
    String message() {
        Map<String, Integer> all = new HashMap<>(reasons);
        if (slots.length < snapshot.size()) {
            all.merge("Preemption is not helpful for scheduling", snapshot.size() - slots.length, Integer::sum);
        }
        return new Diagnosis(snapshot.size(), all, Set.of(), "", "").message();
    }
}
