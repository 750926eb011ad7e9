package io.lembos.scheduler.cycle;

import static io.lembos.scheduler.Samples.info;
import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.on;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.plugins.NodeAffinity;
import io.lembos.scheduler.plugins.NodeName;
import io.lembos.scheduler.plugins.NodeResourcesFit;
import io.lembos.scheduler.plugins.NodeUnschedulable;
import io.lembos.scheduler.plugins.TaintToleration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulingCycleTest {
    private static final NodeResourcesFit FIT = new NodeResourcesFit();
    private static final Profile PROFILE = new Profile(
            "default-scheduler",
            List.of(new NodeUnschedulable(), new NodeName(), new TaintToleration(), new NodeAffinity(), FIT),
            List.of(new Profile.Weighted(FIT, 1)));
    private final SchedulerCache cache = new SchedulerCache();
    private final SchedulingCycle cycle = new SchedulingCycle(PROFILE, cache);

    /** Node of 4 CPU and 32 GiB: score of LeastAllocated for what is used and what is asked. */
    @ParameterizedTest
    @CsvSource({
        "'', '', 100m, 500Mi, 97",
        "2000m, 10000Mi, 100m, 500Mi, 57",
        "3600m, 2000Mi, 100m, 500Mi, 49",
        "'', '', 3000m, 500Mi, 61",
        "1000m, 24Gi, 2000m, 1Gi, 23",
    })
    void leastAllocatedScoresAsKubernetesDoes(
            String usedCpu, String usedMemory, String cpu, String memory, long score) {
        cache.putNode(node("n", "4", "32Gi"));
        if (!usedCpu.isEmpty()) {
            cache.putPod(on(pod("used", usedCpu, usedMemory), "n"));
        }
        assertThat(decide(info("p", cpu, memory))).isEqualTo(new Decision.Chosen("n", score, 1));
    }

    @Test
    void emptiestNodeIsChosen() {
        cache.putNode(node("a", "4", "8Gi"));
        cache.putNode(node("b", "4", "8Gi"));
        cache.putPod(on(pod("x", "1", "1Gi"), "a"));
        assertThat(chosen(info("p", "1", "1Gi"))).isEqualTo("b");
    }

    @Test
    void podsAskingNothingAreSpreadToo() {
        cache.putNode(node("a", "4", "8Gi"));
        cache.putNode(node("b", "4", "8Gi"));
        cache.assume(info("x", "", ""), "a");
        assertThat(chosen(info("p", "", ""))).isEqualTo("b");
    }

    @Test
    void reasonsAreCountedAndInLexicographicOrder() {
        for (int i = 0; i < 10; i++) {
            cache.putNode(node("small" + i, "1", "64Gi"));
        }
        cache.putNode(node("narrow", "64", "1Gi"));
        cache.putNode(new NodeBuilder(node("closed", "64", "64Gi"))
                .editSpec()
                .withUnschedulable(true)
                .endSpec()
                .build());

        assertThat(message(info("p", "2", "2Gi")))
                .isEqualTo("0/12 nodes are available: 1 Insufficient memory, 1 node(s) were unschedulable,"
                        + " 10 Insufficient cpu.");
    }

    @Test
    void nodeMayObjectForSeveralReasonsAtOnce() {
        cache.putNode(node("n", "1", "1Gi"));
        assertThat(message(info("p", "2", "2Gi")))
                .isEqualTo("0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory.");
    }

    @Test
    void withoutNodesTheMessageSaysSo() {
        assertThat(message(info("p", "1", "1Gi"))).isEqualTo("no nodes available to schedule pods");
    }

    @Test
    void fullNodeTakesNoMorePods() {
        Node one = new NodeBuilder(node("n", "4", "8Gi")).build();
        one.getStatus()
                .setAllocatable(Map.of(
                        "cpu", new io.fabric8.kubernetes.api.model.Quantity("4"),
                        "memory", new io.fabric8.kubernetes.api.model.Quantity("8Gi"),
                        "pods", new io.fabric8.kubernetes.api.model.Quantity("1")));
        cache.putNode(one);
        cache.putPod(on(pod("x", "", ""), "n"));
        assertThat(message(info("p", "", ""))).isEqualTo("0/1 nodes are available: 1 Too many pods.");
    }

    @Test
    void taintKeepsAwayWhoDoesNotTolerateIt() {
        cache.putNode(new NodeBuilder(node("n", "4", "8Gi"))
                .editSpec()
                .withTaints(new Taint("NoSchedule", "gpu", null, "yes"))
                .endSpec()
                .build());
        assertThat(message(info("p", "", "")))
                .isEqualTo("0/1 nodes are available: 1 node(s) had untolerated taint(s).");
        Pod tolerant = new PodBuilder(pod("t", "", ""))
                .editSpec()
                .withTolerations(new Toleration("NoSchedule", "gpu", "Equal", null, "yes"))
                .endSpec()
                .build();
        assertThat(chosen(PodInfo.of(tolerant))).isEqualTo("n");
    }

    @Test
    void selectorAndAffinityMustMatch() {
        cache.putNode(node("a", "4", "8Gi"));
        cache.putNode(node("b", "4", "8Gi"));
        Pod picky = new PodBuilder(pod("p", "", ""))
                .editSpec()
                .addToNodeSelector("kubernetes.io/hostname", "b")
                .endSpec()
                .build();
        assertThat(chosen(PodInfo.of(picky))).isEqualTo("b");
        Pod affine = new PodBuilder(pod("p", "", ""))
                .editSpec()
                .withNewAffinity()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .addNewNodeSelectorTerm()
                .addNewMatchExpression()
                .withKey("kubernetes.io/hostname")
                .withOperator("NotIn")
                .withValues("a", "b")
                .endMatchExpression()
                .endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .endAffinity()
                .endSpec()
                .build();
        assertThat(message(PodInfo.of(affine)))
                .isEqualTo("0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector.");
    }

    @Test
    void nominatedNodeIsTakenThoughAnotherIsEmptier() {
        cache.putNode(node("a", "4", "8Gi"));
        cache.putNode(node("b", "64", "128Gi"));
        PodInfo pod = info("p", "1", "1Gi");
        assertThat(chosen(pod)).isEqualTo("b");
        cache.nominate(pod, "a");
        assertThat(chosen(pod)).isEqualTo("a");
        PodInfo large = info("large", "8", "1Gi");
        cache.nominate(large, "a");
        assertThat(chosen(large)).isEqualTo("b");
    }

    @Test
    void roomIsKeptForNominatedPodsOfTheSamePriority() {
        cache.putNode(node("a", "4", "8Gi"));
        PodInfo first = info("first", "3", "1Gi");
        cache.nominate(first, "a");
        assertThat(message(info("p", "2", "1Gi"))).isEqualTo("0/1 nodes are available: 1 Insufficient cpu.");
        assertThat(chosen(first)).isEqualTo("a");
        cache.denominate(first.uid());
        assertThat(chosen(info("p", "2", "1Gi"))).isEqualTo("a");
    }

    /** Against a slow and obvious reference, on random clusters. */
    @Test
    void chosenNodeIsAlwaysFeasibleAndNoneIsBetter() {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            SchedulerCache each = new SchedulerCache();
            SchedulingCycle decisions = new SchedulingCycle(PROFILE, each);
            for (int n = 0; n < 1 + random.nextInt(8); n++) {
                each.putNode(node("n" + n, 1 + random.nextInt(4) + "", 1 + random.nextInt(4) + "Gi"));
            }
            for (int p = 0; p < 12; p++) {
                PodInfo pod =
                        info("p" + p, 100 * (1 + random.nextInt(15)) + "m", 100 * (1 + random.nextInt(15)) + "Mi");
                Decision decision = decisions.run(pod, Optional.empty(), each.snapshot(), random);
                long best = each.snapshot()
                        .nodes()
                        .filter(n -> fits(pod, n))
                        .mapToLong(n -> reference(pod, n))
                        .max()
                        .orElse(-1);
                if (decision instanceof Decision.Chosen chosen) {
                    assertThat(chosen.score()).as("seed %d", seed).isEqualTo(best);
                    each.assume(pod, chosen.node());
                } else {
                    assertThat(best).as("seed %d", seed).isEqualTo(-1);
                }
            }
        }
    }

    private static boolean fits(PodInfo pod, NodeInfo node) {
        return node.requested().milliCpu() + pod.requests().milliCpu()
                        <= node.allocatable().milliCpu()
                && node.requested().memoryBytes() + pod.requests().memoryBytes()
                        <= node.allocatable().memoryBytes();
    }

    private static long reference(PodInfo pod, NodeInfo node) {
        long cpu = node.allocatable().milliCpu()
                - node.scoringRequested().milliCpu()
                - pod.scoringRequests().milliCpu();
        long memory = node.allocatable().memoryBytes()
                - node.scoringRequested().memoryBytes()
                - pod.scoringRequests().memoryBytes();
        return (Math.max(0, cpu) * 100 / node.allocatable().milliCpu()
                        + Math.max(0, memory) * 100 / node.allocatable().memoryBytes())
                / 2;
    }

    private Decision decide(PodInfo pod) {
        return cycle.run(pod, cache.nominatedNode(pod.uid()), cache.snapshot(), new Random(1));
    }

    private String chosen(PodInfo pod) {
        return ((Decision.Chosen) decide(pod)).node();
    }

    private String message(PodInfo pod) {
        return ((Decision.Unschedulable) decide(pod)).diagnosis().message();
    }
}
