package io.lembos.scheduler.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.scheduler.RandomCluster;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.cycle.Evaluation;
import io.lembos.scheduler.cycle.Profile;
import io.lembos.scheduler.framework.Objection;
import io.lembos.scheduler.reference.ReferenceBalance;
import io.lembos.scheduler.reference.ReferenceResources;
import io.lembos.scheduler.reference.ReferenceScheduler;
import io.lembos.scheduler.reference.ReferenceScheduler.Findings;
import io.lembos.scheduler.reference.ReferenceScheduler.NodeFindings;
import io.lembos.scheduler.reference.ReferenceScheduler.Scored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** On random clusters, every node gets the verdict, the reasons and the scores that kube-scheduler would give it. */
class NodeLocalPluginsAgainstReferenceTest {
    private static final int CLUSTERS = 600;
    private static final int PODS = 6;

    @Test
    void defaultPluginsJudgeEveryNodeAsKubernetesDoes() {
        Coverage coverage = new Coverage();
        for (long seed = 0; seed < CLUSTERS; seed++) {
            compare(seed, DefaultPlugins.profile("default-scheduler"), ReferenceScheduler.nodeLocal(), coverage);
        }
        coverage.assertComplete();
    }

    @Test
    void anyConfigurationOfResourcesJudgesEveryNodeAsKubernetesDoes() {
        for (long seed = 1000; seed < 1000 + CLUSTERS; seed++) {
            Random random = new Random(seed);
            Configured configured = Configured.of(random);
            compare(seed, configured.profile(), configured.reference(), new Coverage());
        }
    }

    private static void compare(long seed, Profile profile, ReferenceScheduler reference, Coverage coverage) {
        RandomCluster cluster = new RandomCluster(seed);
        Snapshot snapshot = cluster.cache().snapshot();
        for (int p = 0; p < PODS; p++) {
            Pod pod = cluster.pod("p" + p);
            Findings expected = reference.judge(pod, cluster.reference());
            Evaluation actual = Evaluation.of(only(reference, profile), PodInfo.of(pod), snapshot);
            assertThat(findings(actual)).as("seed %d, pod %d", seed, p).isEqualTo(expected.each());
            if (actual.feasible().isEmpty()) {
                assertThat(actual.diagnosis().message())
                        .as("seed %d, pod %d", seed, p)
                        .isEqualTo(expected.message());
            }
            coverage.add(expected);
        }
    }

    /** The plugins that the reference knows. */
    private static Profile only(ReferenceScheduler reference, Profile profile) {
        Set<String> filters = reference.filters().stream().map(f -> f.plugin()).collect(Collectors.toSet());
        Set<String> scores = reference.scores().stream().map(s -> s.plugin()).collect(Collectors.toSet());
        return new Profile(
                profile.schedulerName(),
                profile.filters().stream()
                        .filter(f -> filters.contains(f.name()))
                        .toList(),
                profile.scores().stream()
                        .filter(s -> scores.contains(s.plugin().name()))
                        .toList());
    }

    private static List<NodeFindings> findings(Evaluation evaluation) {
        Map<String, NodeFindings> found = new HashMap<>();
        for (Evaluation.NodeResult result : evaluation.nodes()) {
            NodeFindings findings = switch (result) {
                case Evaluation.Infeasible no -> objections(result.node(), no.why());
                case Evaluation.Feasible yes -> scores(yes);
            };
            found.put(result.node().name(), findings);
        }
        return evaluation.rejection().isPresent()
                ? List.of()
                : evaluation
                        .snapshot()
                        .nodes()
                        .map(node -> found.containsKey(node.name())
                                ? found.get(node.name())
                                : objections(node, evaluation.outside().orElseThrow()))
                        .toList();
    }

    private static NodeFindings objections(NodeInfo node, Evaluation.Failed why) {
        return new NodeFindings(
                node.name(),
                why.plugin(),
                why.verdict().resolvable(),
                why.verdict().objections().stream().map(Objection::reason).toList(),
                List.of());
    }

    private static NodeFindings scores(Evaluation.Feasible node) {
        List<Scored> scores = node.scores().stream()
                .map(s -> new Scored(s.plugin(), s.raw(), s.normalised(), s.weight()))
                .toList();
        return new NodeFindings(node.node().name(), "", true, List.of(), scores);
    }

    /** Random arguments of the plugins that look at resources, for both sides. */
    private record Configured(Profile profile, ReferenceScheduler reference) {
        private static final List<String> RESOURCES =
                List.of("cpu", "memory", "ephemeral-storage", "example.com/gpu", "hugepages-2Mi", "nonsense");

        static Configured of(Random random) {
            Map<String, Long> weights =
                    some(random).stream().collect(Collectors.toMap(r -> r, r -> 1L + random.nextInt(5)));
            List<ResourceWeight> resources = weights.entrySet().stream()
                    .map(e -> new ResourceWeight(e.getKey(), e.getValue()))
                    .toList();
            List<String> balanced = some(random);
            Set<String> ignored = random.nextBoolean() ? Set.of("example.com/gpu", "cpu") : Set.of();
            Set<String> groups = random.nextBoolean() ? Set.of() : Set.of("example.com");
            List<int[]> shape = shape(random);
            ScoringStrategy strategy;
            ReferenceResources.Score score;
            switch (random.nextInt(3)) {
                case 0 -> {
                    strategy = new ScoringStrategy.LeastAllocated(resources);
                    score = ReferenceResources.Score.leastAllocated(weights);
                }
                case 1 -> {
                    strategy = new ScoringStrategy.MostAllocated(resources);
                    score = ReferenceResources.Score.mostAllocated(weights);
                }
                default -> {
                    strategy = new ScoringStrategy.RequestedToCapacityRatio(
                            resources,
                            shape.stream()
                                    .map(s -> new ScoringStrategy.RequestedToCapacityRatio.ShapePoint(s[0], s[1]))
                                    .toList());
                    score = ReferenceResources.Score.requestedToCapacityRatio(weights, shape);
                }
            }
            NodeResourcesFit fit = new NodeResourcesFit(new NodeResourcesFit.Args(ignored, groups, strategy));
            return new Configured(
                    with(
                            fit,
                            new NodeResourcesBalancedAllocation(balanced.stream()
                                    .map(r -> new ResourceWeight(r, 1))
                                    .toList())),
                    ReferenceScheduler.nodeLocal(
                            new ReferenceResources.Filter(ignored, groups), score, new ReferenceBalance(balanced)));
        }

        private static Profile with(NodeResourcesFit fit, NodeResourcesBalancedAllocation balance) {
            Profile defaults = DefaultPlugins.profile("default-scheduler");
            return new Profile(
                    defaults.schedulerName(),
                    defaults.filters().stream()
                            .map(f -> f.name().equals(fit.name()) ? fit : f)
                            .toList(),
                    defaults.scores().stream()
                            .map(s -> s.plugin().name().equals(fit.name()) ? new Profile.Weighted(fit, s.weight()) : s)
                            .map(s -> s.plugin().name().equals(balance.name())
                                    ? new Profile.Weighted(balance, s.weight())
                                    : s)
                            .toList());
        }

        private static List<String> some(Random random) {
            List<String> some = new ArrayList<>(
                    RESOURCES.stream().filter(r -> random.nextBoolean()).toList());
            return some.isEmpty() ? List.of("cpu", "memory") : some;
        }

        private static List<int[]> shape(Random random) {
            List<int[]> shape = new ArrayList<>();
            for (int u = random.nextInt(60); u <= 100; u += 1 + random.nextInt(60)) {
                shape.add(new int[] {u, random.nextInt(11)});
            }
            return shape;
        }
    }

    /** Random tests prove nothing about what they never come across. */
    private static final class Coverage {
        private final Map<String, Integer> reasons = new TreeMap<>();
        private final Map<String, Set<Long>> scores = new TreeMap<>();

        void add(Findings findings) {
            if (!findings.rejection().isEmpty()) {
                reasons.merge(findings.rejection(), 1, Integer::sum);
            }
            findings.each().forEach(node -> {
                node.reasons().forEach(reason -> reasons.merge(reason, 1, Integer::sum));
                node.scores()
                        .forEach(s -> scores.computeIfAbsent(s.plugin(), p -> new TreeSet<>())
                                .add(s.normalised()));
            });
        }

        void assertComplete() {
            assertThat(reasons)
                    .containsOnlyKeys(
                            "Insufficient cpu",
                            "Insufficient ephemeral-storage",
                            "Insufficient example.com/card",
                            "Insufficient example.com/gpu",
                            "Insufficient hugepages-2Mi",
                            "Insufficient memory",
                            "Too many pods",
                            "node(s) didn't have free ports for the requested pod ports",
                            "node(s) didn't match Pod's node affinity/selector",
                            "node(s) didn't match the requested node name",
                            "node(s) didn't satisfy plugin(s) [NodeAffinity]",
                            "node(s) had untolerated taint(s)",
                            "node(s) were unschedulable",
                            "pod affinity terms conflict");
            assertThat(scores)
                    .allSatisfy((plugin, seen) -> assertThat(seen).as(plugin).hasSizeGreaterThan(3));
        }
    }
}
