package io.lembos.scheduler.plugins;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.selector.LabelSelectors;
import io.lembos.scheduler.RandomDomains;
import io.lembos.scheduler.Samples;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cycle.Evaluation;
import io.lembos.scheduler.cycle.Profile;
import io.lembos.scheduler.framework.Objection;
import io.lembos.scheduler.reference.ReferenceCluster;
import io.lembos.scheduler.reference.ReferencePodAffinity;
import io.lembos.scheduler.reference.ReferenceScheduler;
import io.lembos.scheduler.reference.ReferenceSpread;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Topology spread and inter-pod affinity say of every node what a count from nothing says. */
class DomainPluginsAgainstReferenceTest {
    private static final Map<String, Map<String, String>> NAMESPACES =
            Map.of("default", Map.of("team", "a"), "other", Map.of());
    private static final PodTopologySpread SPREAD = new PodTopologySpread();
    private static final InterPodAffinity AFFINITY = new InterPodAffinity();
    private static final Profile PROFILE = new Profile(
            "default-scheduler",
            List.of(SPREAD, AFFINITY),
            List.of(new Profile.Weighted(SPREAD, 2), new Profile.Weighted(AFFINITY, 2)));

    private final Map<String, Integer> reasons = new TreeMap<>();
    private int scored;

    @Test
    void everyNodeGetsTheVerdictAndTheScoresOfKubernetes() {
        for (long seed = 0; seed < 400; seed++) {
            compare(seed);
        }
        assertThat(reasons)
                .containsOnlyKeys(
                        "node(s) didn't match pod affinity rules",
                        "node(s) didn't match pod anti-affinity rules",
                        "node(s) didn't match pod topology spread constraints",
                        "node(s) didn't match pod topology spread constraints (missing required label)",
                        "node(s) didn't satisfy existing pods anti-affinity rules");
        assertThat(scored).isGreaterThan(1_000);
    }

    private void compare(long seed) {
        Random random = new Random(seed);
        RandomDomains domains = new RandomDomains(random, false);
        Map<String, Map<String, String>> services =
                random.nextBoolean() ? Map.of("default", Map.of("app", "web")) : Map.of();
        ReferenceScheduler reference = new ReferenceScheduler(
                List.of(new ReferenceSpread.Filter(), new ReferencePodAffinity.Filter(NAMESPACES)),
                List.of(new ReferenceSpread.Score(services), new ReferencePodAffinity.Score(NAMESPACES)));
        SchedulerCache cache = new SchedulerCache();
        NAMESPACES.forEach((name, labels) -> cache.surroundings(s -> s.withNamespace(name, labels)));
        services.forEach((namespace, selector) -> cache.surroundings(
                s -> s.withWorkload("Service", new ObjectKey(namespace, "service"), LabelSelectors.ofMap(selector))));
        List<Node> nodes = new ArrayList<>();
        for (int n = 0; n < 2 + random.nextInt(7); n++) {
            nodes.add(domains.node("n" + n));
        }
        nodes.forEach(cache::putNode);
        List<Pod> placed = new ArrayList<>();
        for (int p = 0; p < random.nextInt(20); p++) {
            placed.add(Samples.on(
                    pod(domains, random, "placed-" + p),
                    nodes.get(random.nextInt(nodes.size())).getMetadata().getName()));
        }
        placed.forEach(cache::putPod);
        for (int p = 0; p < 6; p++) {
            Pod pod = pod(domains, random, "p" + p);
            var expected = reference.judge(pod, new ReferenceCluster(nodes, placed));
            Evaluation actual = Evaluation.of(PROFILE, PodInfo.of(pod), cache.snapshot());
            for (int n = 0; n < nodes.size(); n++) {
                compare(
                        "seed " + seed + ", pod " + p + ", node " + n,
                        expected.each().get(n),
                        actual.nodes().get(n));
            }
        }
    }

    private void compare(String where, ReferenceScheduler.NodeFindings expected, Evaluation.NodeResult actual) {
        switch (actual) {
            case Evaluation.Infeasible no -> {
                List<String> said = no.why().verdict().objections().stream()
                        .map(Objection::reason)
                        .toList();
                assertThat(said).as(where).isEqualTo(expected.reasons());
                assertThat(no.why().verdict().resolvable()).as(where).isEqualTo(expected.resolvable());
                said.forEach(reason -> reasons.merge(reason, 1, Integer::sum));
            }
            case Evaluation.Feasible yes -> {
                assertThat(expected.reasons()).as(where).isEmpty();
                for (int s = 0; s < 2; s++) {
                    long normalised = expected.scores().get(s).normalised();
                    assertThat(yes.scores().get(s).normalised()).as(where).isEqualTo(normalised);
                    scored += normalised % 100 == 0 ? 0 : 1;
                }
                if (yes.scores().get(0).normalised() > 0) {
                    assertThat(yes.scores().get(0).raw())
                            .as(where)
                            .isEqualTo(expected.scores().get(0).raw());
                }
                assertThat(yes.scores().get(1).raw())
                        .as(where)
                        .isEqualTo(expected.scores().get(1).raw());
            }
        }
    }

    private static Pod pod(RandomDomains domains, Random random, String name) {
        Pod template = domains.template(0);
        return new PodBuilder(template)
                .editMetadata()
                .withName(name)
                .withUid("uid-" + name)
                .withDeletionTimestamp(
                        name.startsWith("placed") && random.nextInt(6) == 0 ? "2026-01-01T00:00:00Z" : null)
                .endMetadata()
                .build();
    }
}
