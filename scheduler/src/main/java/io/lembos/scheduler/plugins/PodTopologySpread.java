package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import io.lembos.api.selector.LabelSelectors;
import io.lembos.api.selector.Selector;
import io.lembos.scheduler.cache.AffinityTerm;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.DomainPlugin;
import io.lembos.scheduler.framework.DomainRules;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.Normalisation;
import io.lembos.scheduler.framework.Objection;
import io.lembos.scheduler.framework.Requeues;
import io.lembos.scheduler.framework.Tallies;
import io.lembos.scheduler.framework.Tally;
import io.lembos.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Spreads pods that belong together evenly over the domains of their topology keys: constraints with {@code DoNotSchedule}
 * rule nodes out, those with {@code ScheduleAnyway} rank them. Pods of a Service, ReplicaSet, StatefulSet or
 * ReplicationController that say nothing themselves are spread by the profile's default constraints. Formulas:
 * {@code podtopologyspread/filtering.go} and {@code scoring.go}.
 */
public final class PodTopologySpread implements DomainPlugin, Requeues {
    private static final String HARD = "DoNotSchedule";
    private static final String REASON = "node(s) didn't match pod topology spread constraints";
    private static final Verdict NO_LABEL =
            Verdict.unresolvable(REASON + " (missing required label)", "label the node with the topology key");

    /** {@code defaultingType: System}: not more than 3 apart on a node, 5 in a zone, where possible. */
    private static final List<TopologySpreadConstraint> SYSTEM =
            List.of(soft("kubernetes.io/hostname", 3), soft("topology.kubernetes.io/zone", 5));

    private final List<TopologySpreadConstraint> defaults;
    private final boolean systemDefaulted;

    public PodTopologySpread() {
        defaults = SYSTEM;
        systemDefaulted = true;
    }

    /** {@code PodTopologySpreadArgs} with {@code defaultingType: List}. */
    public PodTopologySpread(List<TopologySpreadConstraint> defaults) {
        this.defaults = List.copyOf(defaults);
        systemDefaulted = false;
    }

    private static TopologySpreadConstraint soft(String key, int maxSkew) {
        return new TopologySpreadConstraintBuilder()
                .withTopologyKey(key)
                .withMaxSkew(maxSkew)
                .withWhenUnsatisfiable("ScheduleAnyway")
                .build();
    }

    /** A constraint as it counts for one pod. */
    private record Constraint(
            String key, int maxSkew, int minDomains, boolean hard, Selector selector, Predicate<NodeInfo> includes) {}

    @Override
    public String name() {
        return "PodTopologySpread";
    }

    @Override
    public Normalisation normalisation() {
        return Normalisation.SPREAD;
    }

    @Override
    public List<HintedEvent> events() {
        return PodTopologySpreadHints.events();
    }

    @Override
    public DomainRules rules(PodInfo pod, Snapshot snapshot) {
        List<TopologySpreadConstraint> own = pod.pod().getSpec().getTopologySpreadConstraints();
        boolean defaulted = own == null || own.isEmpty();
        List<Constraint> constraints = defaulted ? defaults(pod, snapshot) : own(pod, own);
        if (constraints.isEmpty()) {
            return DomainRules.NONE;
        }
        List<Constraint> hard = constraints.stream().filter(Constraint::hard).toList();
        List<Constraint> soft = constraints.stream().filter(c -> !c.hard()).toList();
        boolean allKeys = !(defaulted && systemDefaulted);
        List<Tally> tallies = new ArrayList<>();
        hard.forEach(c -> tallies.add(tally(pod, c, keysOf(hard))));
        soft.forEach(c -> tallies.add(tally(pod, c, allKeys ? keysOf(soft) : List.of())));
        return new DomainRules(
                tallies,
                hard.isEmpty() ? Optional.empty() : Optional.of(filter(pod, hard)),
                soft.isEmpty() ? Optional.empty() : Optional.of(new Score(soft, hard.size(), allKeys)));
    }

    private static DomainRules.Filter filter(PodInfo pod, List<Constraint> hard) {
        int[] self = hard.stream()
                .mapToInt(c -> c.selector().matches(pod.labels()) ? 1 : 0)
                .toArray();
        return tallies -> {
            for (int c = 0; c < self.length; c++) {
                if (!tallies.has(c)) {
                    return NO_LABEL;
                }
                Constraint constraint = hard.get(c);
                long least = tallies.domains(c) < constraint.minDomains() ? 0 : tallies.least(c);
                long skew = tallies.here(c) + self[c] - least;
                if (skew > constraint.maxSkew()) {
                    return tooSkewed(constraint, skew, least);
                }
            }
            return Verdict.FITS;
        };
    }

    private static Verdict tooSkewed(Constraint constraint, long skew, long least) {
        return new Verdict.Fails(
                true,
                List.of(new Objection(
                        REASON,
                        () -> constraint.key() + ": would be " + skew + " more than the least domain, which has "
                                + least + "; allowed " + constraint.maxSkew(),
                        () -> "allow a maxSkew of " + skew
                                + ", or ScheduleAnyway, or first fill the emptier domains")));
    }

    /** @param first the tally of the first constraint */
    private record Score(List<Constraint> soft, int first, boolean allKeys) implements DomainRules.Score {
        @Override
        public boolean ignores(Tallies tallies) {
            for (int c = 0; allKeys && c < soft.size(); c++) {
                if (!tallies.has(first + c)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public long score(Tallies tallies, int[] feasibleDomains) {
            double sum = 0;
            for (int c = 0; c < soft.size(); c++) {
                if (tallies.has(first + c)) {
                    double weight = Math.log(feasibleDomains[first + c] + 2);
                    sum += tallies.here(first + c) * weight + (soft.get(c).maxSkew() - 1);
                }
            }
            return Math.round(sum);
        }
    }

    private static List<String> keysOf(List<Constraint> constraints) {
        return constraints.stream().map(Constraint::key).toList();
    }

    /** Pods of the same namespace that are not leaving, on nodes that have all keys and that the constraint includes. */
    private static Tally tally(PodInfo pod, Constraint constraint, List<String> keys) {
        String namespace = pod.key().namespace();
        Selector selector = constraint.selector();
        boolean none = selector.isEverything();
        Tally tally = new Tally(
                constraint.key(),
                other -> !none
                                && !other.isTerminating()
                                && other.key().namespace().equals(namespace)
                                && selector.matches(other.labels())
                        ? 1
                        : 0,
                node -> node.labels().keySet().containsAll(keys)
                        && constraint.includes().test(node));
        // What ranks a node by its own pods counts them whatever the constraint includes.
        return tally.isPerNode() && !constraint.hard() ? Tally.everywhere(tally.topologyKey(), tally.weight()) : tally;
    }

    private static List<Constraint> own(PodInfo pod, List<TopologySpreadConstraint> constraints) {
        return constraints.stream()
                .map(c -> constraint(pod, c, selector(pod, c)))
                .toList();
    }

    private static Selector selector(PodInfo pod, TopologySpreadConstraint constraint) {
        return AffinityTerm.withKeys(
                LabelSelectors.of(constraint.getLabelSelector()),
                constraint.getMatchLabelKeys(),
                List.of(),
                pod.labels());
    }

    private List<Constraint> defaults(PodInfo pod, Snapshot snapshot) {
        Selector selector = snapshot.surroundings().workloadSelector(pod);
        return selector.isEverything()
                ? List.of()
                : defaults.stream().map(c -> constraint(pod, c, selector)).toList();
    }

    private static Constraint constraint(PodInfo pod, TopologySpreadConstraint c, Selector selector) {
        Predicate<NodeInfo> includes = node -> true;
        if (!"Ignore".equals(c.getNodeAffinityPolicy())) {
            includes = NodeAffinity.match(pod);
        }
        if ("Honor".equals(c.getNodeTaintsPolicy())) {
            includes = includes.and(TaintToleration.tolerated(pod));
        }
        return new Constraint(
                c.getTopologyKey(),
                c.getMaxSkew(),
                c.getMinDomains() == null ? 1 : c.getMinDomains(),
                HARD.equals(c.getWhenUnsatisfiable()),
                selector,
                includes);
    }
}
