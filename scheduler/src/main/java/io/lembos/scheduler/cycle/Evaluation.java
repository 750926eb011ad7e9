package io.lembos.scheduler.cycle;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.NodeScorer;
import io.lembos.scheduler.framework.ScorePlugin;
import io.lembos.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Everything that the plugins of a profile say about one pod on one snapshot, each node asked: the meaning of a decision,
 * its explanation, and what {@link SchedulingCycle} computes in less time.
 *
 * @param rejection by which plugin, and why, no node was looked at
 * @param nodes those that came into question, in the order of the snapshot; none after a rejection
 * @param outside what is wrong with all others, if there are any
 */
public record Evaluation(
        Profile profile,
        PodInfo pod,
        Snapshot snapshot,
        Optional<Failed> rejection,
        List<NodeResult> nodes,
        Optional<Failed> outside) {

    /** What was found about one node. */
    public sealed interface NodeResult {
        NodeInfo node();
    }

    /** The node cannot take the pod. */
    public record Infeasible(NodeInfo node, Failed why) implements NodeResult {}

    /**
     * The node can.
     *
     * @param scores by each of the profile's scoring plugins, in order
     */
    public record Feasible(NodeInfo node, List<Score> scores) implements NodeResult {
        public long total() {
            return scores.stream().mapToLong(Score::weighted).sum();
        }
    }

    /** An objection and whose it is. */
    public record Failed(String plugin, Verdict.Fails verdict) {}

    /**
     * @param raw as the plugin gave it; 0 if it had no opinion
     * @param normalised 0 to 100
     */
    public record Score(String plugin, long raw, long normalised, int weight) {
        public long weighted() {
            return normalised * weight;
        }
    }

    /** By the plugins alone: nobody outside this process is asked. */
    public static Evaluation of(Profile profile, PodInfo pod, Snapshot snapshot) {
        return of(profile, pod, snapshot, Extenders.none(pod));
    }

    /** @param extenders those that are asked about what plugins leave over */
    static Evaluation of(Profile profile, PodInfo pod, Snapshot snapshot, Extenders extenders) {
        Feasibility feasibility = Feasibility.of(profile, pod, snapshot);
        if (feasibility.rejection().isPresent()) {
            return new Evaluation(profile, pod, snapshot, feasibility.rejection(), List.of(), Optional.empty());
        }
        List<NodeInfo> candidates = candidates(feasibility, snapshot);
        List<NodeResult> results = new ArrayList<>(candidates.size());
        List<NodeInfo> feasible = new ArrayList<>();
        for (NodeInfo node : candidates) {
            Optional<Failed> why = feasibility.judge(node);
            if (why.isPresent()) {
                results.add(new Infeasible(node, why.get()));
            } else {
                results.add(null);
                feasible.add(node);
            }
        }
        if (!extenders.isEmpty()) {
            Map<NodeInfo, Failed> objections = extenders.objections(feasible);
            for (int i = 0; i < results.size(); i++) {
                Failed why = objections.get(candidates.get(i));
                if (why != null) {
                    results.set(i, new Infeasible(candidates.get(i), why));
                }
            }
            feasible.removeAll(objections.keySet());
        }
        List<List<Score>> scores = scores(profile, pod, snapshot, feasible, extenders);
        int next = 0;
        for (int i = 0; i < results.size(); i++) {
            if (results.get(i) == null) {
                results.set(i, new Feasible(feasible.get(next), scores.get(next++)));
            }
        }
        Optional<Failed> outside =
                candidates.size() < snapshot.size() ? Optional.of(feasibility.outside()) : Optional.empty();
        return new Evaluation(profile, pod, snapshot, Optional.empty(), results, outside);
    }

    private static List<NodeInfo> candidates(Feasibility feasibility, Snapshot snapshot) {
        if (feasibility.among() == null) {
            return snapshot.nodes().toList();
        }
        return feasibility.among().stream()
                .map(snapshot::slot)
                .filter(slot -> slot >= 0)
                .sorted()
                .map(snapshot::node)
                .toList();
    }

    private static List<List<Score>> scores(
            Profile profile, PodInfo pod, Snapshot snapshot, List<NodeInfo> feasible, Extenders extenders) {
        Score[][] byNode = new Score[feasible.size()][profile.scores().size()];
        for (int p = 0; p < profile.scores().size(); p++) {
            ScorePlugin plugin = profile.scores().get(p).plugin();
            Optional<NodeScorer> scorer = plugin.preScore(pod, snapshot, feasible);
            long[] raw = scorer.map(s -> feasible.stream().mapToLong(s::score).toArray())
                    .orElseGet(() -> new long[feasible.size()]);
            long[] normalised = raw.clone();
            if (scorer.isPresent()) {
                plugin.normalisation().apply(normalised);
            }
            for (int n = 0; n < raw.length; n++) {
                byNode[n][p] = new Score(
                        plugin.name(),
                        raw[n],
                        normalised[n],
                        profile.scores().get(p).weight());
            }
        }
        if (extenders.isEmpty()) {
            return Arrays.stream(byNode).map(List::of).toList();
        }
        List<List<Score>> all = extenders.scores(feasible);
        for (int n = 0; n < byNode.length; n++) {
            all.get(n).addAll(0, List.of(byNode[n]));
        }
        return all;
    }

    public List<Feasible> feasible() {
        return nodes.stream()
                .filter(Feasible.class::isInstance)
                .map(Feasible.class::cast)
                .toList();
    }

    /** One of the best nodes; among equals the given generator chooses. */
    public Decision decide(RandomGenerator ties) {
        List<Feasible> best = new ArrayList<>();
        long greatest = Long.MIN_VALUE;
        List<Feasible> feasible = feasible();
        for (Feasible each : feasible) {
            long total = each.total();
            if (total > greatest) {
                best.clear();
                greatest = total;
            }
            if (total == greatest) {
                best.add(each);
            }
        }
        if (best.isEmpty()) {
            return new Decision.Unschedulable(diagnosis(), resolvable());
        }
        Feasible chosen = best.get(best.size() == 1 ? 0 : ties.nextInt(best.size()));
        return new Decision.Chosen(chosen.node().name(), greatest, feasible.size());
    }

    /** Slots of the nodes that perhaps could take the pod if other pods were gone. */
    private BitSet resolvable() {
        BitSet resolvable = new BitSet(snapshot.size());
        if (rejection.isPresent()) {
            resolvable.set(0, snapshot.size(), rejection.get().verdict().resolvable());
        }
        for (NodeResult each : nodes) {
            if (each instanceof Infeasible infeasible
                    && infeasible.why().verdict().resolvable()) {
                resolvable.set(snapshot.slot(each.node().name()));
            }
        }
        return resolvable;
    }

    public Diagnosis diagnosis() {
        if (rejection.isPresent()) {
            String message = rejection.get().verdict().objections().getFirst().reason();
            return new Diagnosis(
                    snapshot.size(), Map.of(), Set.of(rejection.get().plugin()), message, "");
        }
        FailureCounts counts = new FailureCounts();
        for (NodeResult each : nodes) {
            if (each instanceof Infeasible infeasible) {
                counts.add(infeasible.why(), 1);
            }
        }
        outside.ifPresent(failed -> counts.add(failed, snapshot.size() - nodes.size()));
        return counts.diagnosis(snapshot.size());
    }
}
