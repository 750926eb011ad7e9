package io.lembos.scheduler.preemption;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * A node that can take the pod once its victims are gone.
 *
 * @param victims at least one, most important first
 * @param violations how many of them a PodDisruptionBudget would rather keep
 */
record Candidate(String node, List<Victim> victims, int violations) implements DryRun.Outcome {
    /** By kube-scheduler's five criteria; what is equal by all of them is equally good. */
    static final Comparator<Candidate> BEST_FIRST = Comparator.comparingInt(Candidate::violations)
            .thenComparingInt(Candidate::highestPriority)
            .thenComparingLong(Candidate::prioritySum)
            .thenComparingInt(c -> c.victims().size())
            .thenComparing(Candidate::earliestStart, Comparator.reverseOrder());

    Candidate {
        victims = List.copyOf(victims);
    }

    private int highestPriority() {
        return victims.getFirst().priority();
    }

    /** Counted from the least priority there is, so that fewer pods of a negative priority are less than many. */
    private long prioritySum() {
        return victims.stream()
                .mapToLong(v -> (long) v.priority() - Integer.MIN_VALUE)
                .sum();
    }

    /** When the first of the most important victims began. */
    private Instant earliestStart() {
        return victims.stream()
                .filter(v -> v.priority() == highestPriority())
                .map(Victim::start)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }
}
