package io.lembos.scheduler.plugins;

import io.lembos.scheduler.cache.AffinityTerm;
import io.lembos.scheduler.cache.AffinityTerms;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.cache.Surroundings;
import io.lembos.scheduler.framework.DomainPlugin;
import io.lembos.scheduler.framework.DomainRules;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.Normalisation;
import io.lembos.scheduler.framework.Requeues;
import io.lembos.scheduler.framework.Tallies;
import io.lembos.scheduler.framework.Tally;
import io.lembos.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * Keeps pods near to, or away from, pods that they name, and away from pods that do not want them; prefers nodes by the
 * weights of preferred terms, of this pod and of those that are there. Formulas: {@code interpodaffinity/filtering.go} and
 * {@code scoring.go}.
 */
public final class InterPodAffinity implements DomainPlugin, Requeues {
    private static final Verdict AFFINITY = Verdict.unresolvable(
            "node(s) didn't match pod affinity rules",
            "run a pod that the affinity means in the domain of this node, or make the affinity a preferred one");
    private static final Verdict ANTI_AFFINITY = Verdict.unschedulable(
            "node(s) didn't match pod anti-affinity rules",
            "move the pods that the anti-affinity means out of the domain of this node, or make it a preferred one");
    private static final Verdict EXISTING = Verdict.unschedulable(
            "node(s) didn't satisfy existing pods anti-affinity rules",
            "move the pods whose anti-affinity means this one out of the domain of this node");

    private final int hardPodAffinityWeight;
    private final boolean ignorePreferredTermsOfExistingPods;

    public InterPodAffinity() {
        this(1, false);
    }

    /**
     * {@code InterPodAffinityArgs}.
     *
     * @param hardPodAffinityWeight what a required affinity term of a pod that is there counts in the score, 0 to 100
     */
    public InterPodAffinity(int hardPodAffinityWeight, boolean ignorePreferredTermsOfExistingPods) {
        this.hardPodAffinityWeight = hardPodAffinityWeight;
        this.ignorePreferredTermsOfExistingPods = ignorePreferredTermsOfExistingPods;
    }

    @Override
    public String name() {
        return "InterPodAffinity";
    }

    @Override
    public Normalisation normalisation() {
        return Normalisation.SPAN;
    }

    @Override
    public List<HintedEvent> events() {
        return InterPodAffinityHints.events();
    }

    @Override
    public DomainRules rules(PodInfo pod, Snapshot snapshot) {
        Surroundings around = snapshot.surroundings();
        AffinityTerms terms = pod.affinity();
        if (terms.isEmpty() && around.topologyKeys().isEmpty()) {
            return DomainRules.NONE;
        }
        List<Tally> tallies = new ArrayList<>();
        Range affinity = add(tallies, keys(terms.required()), key -> other -> count(terms.required(), other, around));
        Range anti = add(
                tallies, keys(terms.requiredAnti()), key -> other -> matches(terms.requiredAnti(), key, other, around));
        Range existing = add(
                tallies,
                around.topologyKeys(),
                key -> other -> matches(other.affinity().requiredAnti(), key, pod, around));
        Range scored = add(tallies, scoredKeys(terms, around), key -> other -> weight(pod, key, other, around));

        boolean alone = !terms.required().isEmpty() && terms.required().stream().allMatch(t -> t.matches(pod, around));
        Filter filter = new Filter(affinity, anti, existing, alone);
        return new DomainRules(
                tallies,
                filter.isEmpty() ? Optional.empty() : Optional.of(filter),
                scored.isEmpty() ? Optional.empty() : Optional.of(new Score(scored)));
    }

    /** Tallies that stand side by side. */
    private record Range(int from, int to) {
        boolean isEmpty() {
            return from == to;
        }
    }

    /** @param alone whether the pod satisfies its own affinity, so that it may be the first of its kind */
    private record Filter(Range affinity, Range anti, Range existing, boolean alone) implements DomainRules.Filter {
        boolean isEmpty() {
            return affinity.isEmpty() && anti.isEmpty() && existing.isEmpty();
        }

        @Override
        public Verdict filter(Tallies tallies) {
            if (!near(tallies)) {
                return AFFINITY;
            }
            if (any(tallies, anti)) {
                return ANTI_AFFINITY;
            }
            return any(tallies, existing) ? EXISTING : Verdict.FITS;
        }

        private boolean near(Tallies tallies) {
            boolean here = true;
            boolean anywhere = false;
            for (int t = affinity.from; t < affinity.to; t++) {
                if (!tallies.has(t)) {
                    return false;
                }
                here &= tallies.here(t) > 0;
                anywhere |= tallies.greatest(t) > 0;
            }
            return here || (alone && !anywhere);
        }

        private static boolean any(Tallies tallies, Range range) {
            for (int t = range.from; t < range.to; t++) {
                if (tallies.here(t) > 0) {
                    return true;
                }
            }
            return false;
        }
    }

    private record Score(Range tallied) implements DomainRules.Score {
        @Override
        public long score(Tallies tallies, int[] feasibleDomains) {
            long sum = 0;
            for (int t = tallied.from; t < tallied.to; t++) {
                sum += tallies.here(t);
            }
            return sum;
        }
    }

    /** What a tally of one topology key counts. */
    private interface Weights {
        ToLongFunction<PodInfo> of(String key);
    }

    private static Range add(List<Tally> tallies, Set<String> keys, Weights weights) {
        int from = tallies.size();
        keys.forEach(key -> tallies.add(Tally.everywhere(key, weights.of(key))));
        return new Range(from, tallies.size());
    }

    private static Set<String> keys(List<AffinityTerm> terms) {
        Set<String> keys = new LinkedHashSet<>();
        terms.forEach(t -> keys.add(t.topologyKey()));
        return keys;
    }

    private Set<String> scoredKeys(AffinityTerms terms, Surroundings around) {
        Set<String> keys = new LinkedHashSet<>(keys(terms.preferred()));
        keys.addAll(keys(terms.preferredAnti()));
        if (!keys.isEmpty() || !ignorePreferredTermsOfExistingPods) {
            keys.addAll(around.topologyKeys());
        }
        return keys;
    }

    /** A pod counts for required affinity only if it is meant by all terms at once. */
    private static long count(List<AffinityTerm> terms, PodInfo other, Surroundings around) {
        for (AffinityTerm term : terms) {
            if (!term.matches(other, around)) {
                return 0;
            }
        }
        return 1;
    }

    private static long matches(List<AffinityTerm> terms, String key, PodInfo meant, Surroundings around) {
        long count = 0;
        for (AffinityTerm term : terms) {
            if (term.topologyKey().equals(key) && term.matches(meant, around)) {
                count++;
            }
        }
        return count;
    }

    private long weight(PodInfo pod, String key, PodInfo other, Surroundings around) {
        long sum = weights(pod.affinity().preferred(), key, other, around)
                - weights(pod.affinity().preferredAnti(), key, other, around);
        if (other.affinity().isEmpty()) {
            return sum;
        }
        if (hardPodAffinityWeight > 0) {
            sum += hardPodAffinityWeight * matches(other.affinity().required(), key, pod, around);
        }
        return sum
                + weights(other.affinity().preferred(), key, pod, around)
                - weights(other.affinity().preferredAnti(), key, pod, around);
    }

    private static long weights(List<AffinityTerm> terms, String key, PodInfo meant, Surroundings around) {
        long sum = 0;
        for (AffinityTerm term : terms) {
            if (term.topologyKey().equals(key) && term.matches(meant, around)) {
                sum += term.weight();
            }
        }
        return sum;
    }
}
