package io.lembos.scheduler.preemption;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.lembos.scheduler.RandomCluster;
import io.lembos.scheduler.RandomDomains;
import io.lembos.scheduler.Samples;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.cycle.Evaluation;
import io.lembos.scheduler.cycle.Profile;
import io.lembos.scheduler.plugins.DefaultPlugins;
import io.lembos.scheduler.reference.ReferenceCluster;
import io.lembos.scheduler.reference.ReferenceFilter;
import io.lembos.scheduler.reference.ReferencePodAffinity;
import io.lembos.scheduler.reference.ReferencePreemption;
import io.lembos.scheduler.reference.ReferencePreemption.Found;
import io.lembos.scheduler.reference.ReferenceScheduler;
import io.lembos.scheduler.reference.ReferenceSpread;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** On random clusters, the victims are those that a slow search, written out step by step, finds. */
class PreemptionAgainstReferenceTest {
    private static final Profile PROFILE = DefaultPlugins.profile("default-scheduler");
    private static final Map<String, Map<String, String>> NAMESPACES =
            Map.of("default", Map.of("team", "a"), "other", Map.of());
    private static final ReferenceScheduler REFERENCE = reference();

    private final Map<String, Integer> seen = new TreeMap<>();

    @Test
    void victimsAreThoseOfKubernetesOnNodesThatDifferInEverything() {
        for (long seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            RandomCluster cluster = new RandomCluster(seed);
            List<Pod> waiting = List.of(cluster.pod("p0"), cluster.pod("p1"), cluster.pod("p2"), cluster.pod("p3"));
            new Case("seed " + seed, random, cluster.nodes(), cluster.placed(), waiting).compare();
        }

        assertThat(seen.get("evicted")).as("%s", seen).isGreaterThan(100);
        assertThat(seen.get("several victims")).isGreaterThan(15);
        assertThat(seen.get("violations")).isGreaterThan(5);
        assertThat(seen.get("ports")).isGreaterThan(5);
    }

    @Test
    void victimsAreThoseOfKubernetesWhenPodsLookAtOthersInTheirDomains() {
        for (long seed = 0; seed < 600; seed++) {
            Random random = new Random(seed);
            RandomDomains domains = new RandomDomains(random, false);
            List<Node> nodes = new ArrayList<>();
            for (int n = 0; n < 2 + random.nextInt(6); n++) {
                Node node = domains.node("n" + n);
                if (seed % 2 == 0) { // Room for all: what is left to object are the domains.
                    node.getStatus().getAllocatable().put("cpu", new Quantity("64"));
                }
                nodes.add(node);
            }
            List<Pod> placed = new ArrayList<>();
            for (int p = 0; p < random.nextInt(22); p++) {
                String node =
                        nodes.get(random.nextInt(nodes.size())).getMetadata().getName();
                placed.add(Samples.on(named(domains.template(0), "placed-" + p), node));
            }
            List<Pod> waiting = new ArrayList<>();
            for (int p = 0; p < 5; p++) {
                Pod pod = named(domains.template(0), "p" + p);
                waiting.add(p > 2 ? evenlySpread(pod) : pod);
            }
            new Case("seed " + seed, random, nodes, placed, waiting).compare();
        }

        assertThat(seen.get("evicted")).as("%s", seen).isGreaterThan(200);
        assertThat(seen.get("several victims")).isGreaterThan(50);
        assertThat(seen.get("violations")).isGreaterThan(10);
        assertThat(seen.get("PodTopologySpread")).isGreaterThan(20);
        assertThat(seen.get("InterPodAffinity")).isGreaterThan(20);
    }

    private static ReferenceScheduler reference() {
        List<ReferenceFilter> filters =
                new ArrayList<>(ReferenceScheduler.nodeLocal().filters());
        filters.add(new ReferenceSpread.Filter());
        filters.add(new ReferencePodAffinity.Filter(NAMESPACES));
        return new ReferenceScheduler(filters, List.of());
    }

    private static Pod evenlySpread(Pod pod) {
        return new PodBuilder(pod)
                .editSpec()
                .addNewTopologySpreadConstraint()
                .withMaxSkew(1)
                .withTopologyKey("topology.kubernetes.io/zone")
                .withWhenUnsatisfiable("DoNotSchedule")
                .withNewLabelSelector()
                .withMatchLabels(pod.getMetadata().getLabels())
                .endLabelSelector()
                .endTopologySpreadConstraint()
                .endSpec()
                .build();
    }

    private static Pod named(Pod template, String name) {
        return new PodBuilder(template)
                .editMetadata()
                .withName(name)
                .withUid("uid-" + name)
                .endMetadata()
                .build();
    }

    /** A cluster on which pods of random importance ask for room. */
    private final class Case {
        private final String where;
        private final Random random;
        private final SchedulerCache cache = new SchedulerCache();
        private final ReferenceCluster cluster;
        private final List<Pod> waiting;
        private final List<PodDisruptionBudget> budgets = new ArrayList<>();
        private final Map<String, List<Pod>> nominated = new HashMap<>();

        Case(String where, Random random, List<Node> nodes, List<Pod> placed, List<Pod> waiting) {
            this.where = where;
            this.random = random;
            NAMESPACES.forEach((name, labels) -> cache.surroundings(s -> s.withNamespace(name, labels)));
            nodes.forEach(cache::putNode);
            List<Pod> important = new ArrayList<>();
            for (Pod pod : placed) {
                important.add(important(pod, important.size(), -5, 0, 0, 1, 5, 10));
            }
            important.forEach(cache::putPod);
            cluster = new ReferenceCluster(nodes, important);
            this.waiting =
                    waiting.stream().map(p -> important(p, 0, 0, 5, 10, 20, 20)).toList();
            for (int b = 0; b < random.nextInt(4); b++) {
                budgets.add(budget("b" + b, important));
            }
            if (random.nextInt(3) == 0) {
                String node =
                        nodes.get(random.nextInt(nodes.size())).getMetadata().getName();
                Pod awaited = important(named(this.waiting.getFirst(), "awaited"), 0, 0, 5, 10, 20);
                cache.nominate(PodInfo.of(awaited), node);
                nominated.put(node, List.of(awaited));
            }
        }

        private Pod important(Pod pod, int number, int... priorities) {
            // No two begin at the same time: which of them is spared first is open then.
            String start = Cases.NOON
                    .plusSeconds(random.nextInt(3) * 100_000L + number)
                    .toString();
            return new PodBuilder(pod)
                    .editSpec()
                    .withPriority(priorities[random.nextInt(priorities.length)])
                    .endSpec()
                    .editOrNewStatus()
                    .withStartTime(start)
                    .endStatus()
                    .build();
        }

        private PodDisruptionBudget budget(String name, List<Pod> pods) {
            String app =
                    random.nextInt(8) == 0 ? "" : List.of("web", "db", "cache").get(random.nextInt(3));
            String[] disrupted = pods.isEmpty() || random.nextBoolean()
                    ? new String[0]
                    : new String[] {
                        pods.get(random.nextInt(pods.size())).getMetadata().getName()
                    };
            return new PodDisruptionBudgetBuilder(Cases.budget(name, app, random.nextInt(3), disrupted))
                    .editMetadata()
                    .withNamespace(random.nextInt(3) == 0 ? "other" : "default")
                    .endMetadata()
                    .build();
        }

        void compare() {
            ReferencePreemption reference = new ReferencePreemption(REFERENCE, budgets, nominated);
            for (Pod pod : waiting) {
                Preemption.Outcome outcome = decide(PodInfo.of(pod));
                List<Found> best =
                        REFERENCE.judge(pod, cluster).each().isEmpty() ? List.of() : reference.best(pod, cluster);
                switch (outcome) {
                    case Preemption.Evict evict -> check(pod, evict.candidate(), best);
                    default ->
                        assertThat(best.stream().map(Case::told)).as(where).isEmpty();
                }
            }
        }

        private Preemption.Outcome decide(PodInfo pod) {
            Snapshot snapshot = cache.snapshot();
            Evaluation evaluation = Evaluation.of(PROFILE, pod, snapshot);
            BitSet resolvable = new BitSet();
            for (Evaluation.NodeResult each : evaluation.nodes()) {
                if (each instanceof Evaluation.Infeasible no
                        && no.why().verdict().resolvable()) {
                    resolvable.set(snapshot.slot(each.node().name()));
                }
            }
            Budgets all = Cases.budgets(budgets.toArray(PodDisruptionBudget[]::new));
            return new Preemption(PROFILE, PreemptionArgs.DEFAULT, new Eligibility(p -> false))
                    .decide(pod, snapshot, resolvable, Optional.empty(), all, Cases.NOON, random);
        }

        private void check(Pod pod, Candidate candidate, List<Found> best) {
            List<Pod> victims =
                    candidate.victims().stream().map(v -> v.pod().pod()).toList();
            Found found = new Found(candidate.node(), victims, candidate.violations());
            assertThat(best.stream().map(Case::told)).as(where).contains(told(found));
            assertThat(victims)
                    .as(where)
                    .allMatch(v -> v.getSpec().getPriority() < pod.getSpec().getPriority());
            count(pod, candidate);
            victims.forEach(v -> cache.removePod(v.getMetadata().getUid()));
            assertThat(Evaluation.of(PROFILE, PodInfo.of(pod), cache.snapshot()).feasible())
                    .as(where)
                    .anyMatch(f -> f.node().name().equals(candidate.node()));
            victims.forEach(cache::putPod);
        }

        private static String told(Found found) {
            List<String> victims =
                    found.victims().stream().map(v -> v.getMetadata().getName()).toList();
            return found.node() + " " + victims + " " + found.violations();
        }

        private void count(Pod pod, Candidate candidate) {
            seen.merge("evicted", 1, Integer::sum);
            seen.merge("several victims", candidate.victims().size() > 1 ? 1 : 0, Integer::sum);
            seen.merge("violations", candidate.violations() > 0 ? 1 : 0, Integer::sum);
            String plugin = Evaluation.of(PROFILE, PodInfo.of(pod), cache.snapshot()).nodes().stream()
                    .filter(n -> n.node().name().equals(candidate.node()))
                    .map(n -> ((Evaluation.Infeasible) n).why().plugin())
                    .findFirst()
                    .orElseThrow();
            seen.merge(plugin.equals("NodePorts") ? "ports" : plugin, 1, Integer::sum);
        }
    }
}
