package io.lembos.scheduler.preemption;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.scheduler.Samples;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.cycle.Decision;
import io.lembos.scheduler.cycle.Profile;
import io.lembos.scheduler.cycle.SchedulingCycle;
import io.lembos.scheduler.plugins.DefaultPlugins;
import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Where preemption looks, when it stops, what it takes, and what it says when it finds nothing. */
class PreemptionTest {
    private static final Profile PROFILE = DefaultPlugins.profile("default-scheduler");

    private final SchedulerCache cache = new SchedulerCache();
    private PreemptionArgs args = PreemptionArgs.DEFAULT;
    private Budgets budgets = Budgets.NONE;

    @Test
    void saysOfEachNodeWhyPreemptionDoesNotHelp() {
        for (int i = 0; i < 4; i++) {
            node("n" + i, Cases.pod("important-" + i, 100, "4"));
        }
        cache.putNode(new NodeBuilder(Samples.node("cordoned", "4", "32Gi"))
                .editSpec()
                .withUnschedulable(true)
                .endSpec()
                .build());
        assertThat(decide(Cases.pod("p", 10, "1")))
                .isEqualTo(
                        new Preemption.NoCandidate(
                                "0/5 nodes are available: 1 Preemption is not helpful for scheduling, 4 No preemption victims found for incoming pod."));
    }

    @Test
    void saysWhatIsStillMissingWhereLesserPodsWouldGo() {
        node("full", Cases.pod("lesser", 1, "1"), Cases.pod("important", 100, "3"));
        node("small", Cases.pod("q", 100, "3500m"));
        assertThat(decide(Cases.pod("p", 10, "2")))
                .isEqualTo(
                        new Preemption.NoCandidate(
                                "0/2 nodes are available: 1 Insufficient cpu, 1 No preemption victims found for incoming pod."));
    }

    @Test
    void podThatAsksForMoreThanANodeHasMakesNobodyGo() {
        node("n", Cases.pod("lesser", 1, "4"));
        assertThat(decide(Cases.pod("p", 10, "5")))
                .isEqualTo(new Preemption.NoCandidate(
                        "0/1 nodes are available: 1 Preemption is not helpful for scheduling."));
    }

    @Test
    void takesTheBestOfAll() {
        node("two-victims", Cases.pod("a", 1, "2"), Cases.pod("b", 1, "2"));
        node("important-victim", Cases.pod("c", 2, "4"));
        node("one-victim", Cases.pod("d", 1, "4"));
        node("protected-victim", Cases.pod("e", 0, "4"));
        budgets = Cases.budgets(Cases.budget("b", "e", 0));
        for (int seed = 0; seed < 20; seed++) {
            assertThat(node(decide(Cases.pod("p", 10, "4"), Optional.empty(), seed)))
                    .isEqualTo("one-victim");
        }
    }

    @Test
    void searchBeginsAnywhereAndEndsWithEnoughCandidates() {
        args = new PreemptionArgs(10, 1);
        for (int i = 0; i < 10; i++) {
            node("n" + i, Cases.pod("v" + i, i, "4"));
        }
        Set<String> chosen = new HashSet<>();
        for (int seed = 0; seed < 200; seed++) {
            chosen.add(node(decide(Cases.pod("p", 10, "4"), Optional.empty(), seed)));
        }
        assertThat(chosen).hasSize(10);
    }

    @Test
    void searchGoesOnUntilACandidateViolatesNoBudget() {
        args = new PreemptionArgs(10, 1);
        for (int i = 0; i < 10; i++) {
            node("n" + i, Cases.labelled(Cases.pod("v" + i, 1, "4"), i == 7 ? "free" : "guarded"));
        }
        budgets = Cases.budgets(Cases.budget("b", "guarded", 0));
        for (int seed = 0; seed < 50; seed++) {
            assertThat(node(decide(Cases.pod("p", 10, "4"), Optional.empty(), seed)))
                    .isEqualTo("n7");
        }
    }

    @Test
    void aTenthOfTheNodesIsEnoughButAHundredIsTheLeast() {
        assertThat(PreemptionArgs.DEFAULT.candidates(7)).isEqualTo(7);
        assertThat(PreemptionArgs.DEFAULT.candidates(150)).isEqualTo(100);
        assertThat(PreemptionArgs.DEFAULT.candidates(1009)).isEqualTo(100);
        assertThat(PreemptionArgs.DEFAULT.candidates(1019)).isEqualTo(101);
        assertThat(new PreemptionArgs(50, 3).candidates(11)).isEqualTo(5);
    }

    @Test
    void podWithVictimsEndingOnItsNodeWaits() {
        node("waits", terminating(Cases.pod("leaving", 1, "4")));
        node("other", Cases.pod("lesser", 0, "4"));
        Pod pod = Cases.pod("p", 10, "4");
        assertThat(decide(pod, Optional.of("waits"), 1))
                .isEqualTo(new Preemption.NotEligible("not eligible due to a terminating pod on the nominated node."));
        assertThat(node(decide(pod, Optional.of("gone"), 1))).isEqualTo("other");
    }

    @Test
    void podLooksElsewhereWhenItsNodeCannotDoAnyMore() {
        cache.putNode(new NodeBuilder(Samples.node("cordoned", "4", "32Gi"))
                .editSpec()
                .withUnschedulable(true)
                .endSpec()
                .build());
        cache.putPod(Samples.on(terminating(Cases.pod("leaving", 1, "4")), "cordoned"));
        node("other", Cases.pod("lesser", 0, "4"));
        assertThat(node(decide(Cases.pod("p", 10, "4"), Optional.of("cordoned"), 1)))
                .isEqualTo("other");
    }

    private void node(String name, Pod... pods) {
        cache.putNode(Samples.node(name, "4", "32Gi"));
        for (Pod pod : pods) {
            cache.putPod(Samples.on(pod, name));
        }
    }

    private static String node(Preemption.Outcome outcome) {
        return ((Preemption.Evict) outcome).candidate().node();
    }

    private Preemption.Outcome decide(Pod pod) {
        return decide(pod, Optional.empty(), 1);
    }

    private Preemption.Outcome decide(Pod pod, Optional<String> nominated, long seed) {
        Snapshot snapshot = cache.snapshot();
        PodInfo info = PodInfo.of(pod);
        Decision decision = new SchedulingCycle(PROFILE, cache).run(info, Optional.empty(), snapshot, new Random(seed));
        Preemption preemption = new Preemption(PROFILE, args, new Eligibility(p -> false));
        return preemption.decide(
                info,
                snapshot,
                ((Decision.Unschedulable) decision).resolvable(),
                nominated,
                budgets,
                Cases.NOON,
                new Random(seed));
    }

    private static Pod terminating(Pod pod) {
        return new PodBuilder(pod)
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .editStatus()
                .addNewCondition()
                .withType("DisruptionTarget")
                .withStatus("True")
                .withReason("PreemptionByScheduler")
                .endCondition()
                .endStatus()
                .build();
    }
}
