package io.lembos.scheduler.preemption;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.cycle.Feasibility;
import io.lembos.scheduler.cycle.Profile;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Decides who must go for a pod that no node can take, as kube-scheduler's DefaultPreemption does. Pure but for
 * extenders.
 *
 * @param profile whose filters say whether there is room
 */
record Preemption(Profile profile, PreemptionArgs args, Eligibility eligibility, PreemptionExtenders extenders) {

    /** One in which nobody else has a say. */
    Preemption(Profile profile, PreemptionArgs args, Eligibility eligibility) {
        this(profile, args, eligibility, new PreemptionExtenders(List.of()));
    }

    /** What comes of it. */
    sealed interface Outcome {}

    /** These victims make room. */
    record Evict(Candidate candidate) implements Outcome {}

    /** The pod may not, or not yet, make others go. */
    record NotEligible(String message) implements Outcome {}

    /** Nobody's end would help. */
    record NoCandidate(String message) implements Outcome {}

    /**
     * @param resolvable slots of nodes that perhaps could take the pod if others were gone
     * @param nominated the node on which others are being evicted for the pod already
     * @param now as which pods count that have not begun yet
     * @param random says where the search begins
     */
    Outcome decide(
            PodInfo pod,
            Snapshot snapshot,
            BitSet resolvable,
            Optional<String> nominated,
            Budgets budgets,
            Instant now,
            RandomGenerator random) {
        Optional<NodeInfo> waitsFor = nominated
                .map(snapshot::slot)
                .filter(slot -> slot >= 0 && resolvable.get(slot))
                .map(snapshot::node);
        Optional<String> objection = eligibility.objection(pod, waitsFor);
        if (objection.isPresent()) {
            return new NotEligible(objection.get());
        }
        CandidateSearch search = new CandidateSearch(
                snapshot,
                resolvable,
                pod.priority(),
                () -> new DryRun(Feasibility.of(profile, pod, snapshot), budgets, now));
        List<Candidate> candidates = extenders.narrow(pod, search.run(args, random), snapshot, now);
        return candidates.stream()
                .min(Candidate.BEST_FIRST)
                .<Outcome>map(Evict::new)
                .orElseGet(() -> new NoCandidate(search.message()));
    }
}
