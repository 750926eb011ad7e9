package io.lembos.scheduler.preemption;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.scheduler.Samples;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.cycle.Feasibility;
import io.lembos.scheduler.cycle.Profile;
import io.lembos.scheduler.plugins.DefaultPlugins;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who has to leave one node: as few as possible, the least important, and rather those that no budget protects. */
class DryRunTest {
    private static final Profile PROFILE = DefaultPlugins.profile("default-scheduler");

    private final SchedulerCache cache = new SchedulerCache();

    @BeforeEach
    void node() {
        cache.putNode(Samples.node("n", "4", "32Gi"));
    }

    @Test
    void leastImportantGoesFirst() {
        place(Cases.pod("a", 3, "1"), Cases.pod("b", 1, "1"), Cases.pod("c", 2, "1"), Cases.pod("d", 4, "1"));
        assertThat(victims(Cases.pod("p", 10, "2"))).containsExactly("c", "b");
    }

    @Test
    void amongEqualsWhoBeganLastGoesFirst() {
        place(
                Cases.since(Cases.pod("a", 1, "1"), -2),
                Cases.since(Cases.pod("b", 1, "1"), -1),
                Cases.since(Cases.pod("c", 1, "1"), -4),
                Cases.since(Cases.pod("d", 1, "1"), -3));
        assertThat(victims(Cases.pod("p", 10, "2"))).containsExactly("a", "b");
    }

    @Test
    void podThatHasNotBegunYetCountsAsTheLastToBegin() {
        place(new PodBuilder(Cases.pod("a", 1, "2")).withStatus(null).build(), Cases.since(Cases.pod("b", 1, "2"), -1));
        assertThat(victims(Cases.pod("p", 10, "1"))).containsExactly("a");
    }

    @Test
    void whoIsImportantStaysIfTheRoomOfLesserOnesWillDo() {
        place(Cases.pod("big", 5, "2"), Cases.pod("small", 4, "1"), Cases.pod("other", 3, "1"));
        assertThat(victims(Cases.pod("p", 10, "2"))).containsExactly("small", "other");
        assertThat(victims(Cases.pod("p", 10, "3"))).containsExactly("big", "other");
    }

    @Test
    void equalOrHigherPriorityIsNeverAVictim() {
        place(Cases.pod("equal", 10, "2"), Cases.pod("higher", 11, "1"), Cases.pod("lower", 9, "1"));
        assertThat(victims(Cases.pod("p", 10, "1"))).containsExactly("lower");
        assertThat(dryRun(Cases.pod("p", 10, "2"), Budgets.NONE))
                .isEqualTo(new DryRun.Futile(List.of("Insufficient cpu")));
    }

    @Test
    void nodeWithoutLesserPodsHasNoVictims() {
        place(Cases.pod("equal", 10, "4"));
        assertThat(dryRun(Cases.pod("p", 10, "2"), Budgets.NONE))
                .isEqualTo(new DryRun.Futile(List.of("No preemption victims found for incoming pod")));
    }

    @Test
    void protectedPodStaysEvenIfItIsLessImportant() {
        place(Cases.pod("kept", 1, "2"), Cases.pod("goes", 5, "2"));
        Candidate candidate = (Candidate) dryRun(Cases.pod("p", 10, "2"), Cases.budgets(Cases.budget("b", "kept", 0)));
        assertThat(names(candidate)).containsExactly("goes");
        assertThat(candidate.violations()).isZero();
    }

    @Test
    void budgetIsNoBar() {
        place(Cases.pod("a", 1, "2"), Cases.pod("b", 2, "2"));
        Budgets budgets = Cases.budgets(Cases.budget("one", "a", 0), Cases.budget("other", "b", 0));
        Candidate candidate = (Candidate) dryRun(Cases.pod("p", 10, "3"), budgets);
        assertThat(names(candidate)).containsExactly("b", "a");
        assertThat(candidate.violations()).isEqualTo(2);
    }

    @Test
    void budgetThatAllowsOneProtectsTheLessImportantOfTwo() {
        // Counted from the most important on: its end would be allowed, that of the next would not.
        place(Cases.labelled(Cases.pod("more", 2, "2"), "web"), Cases.labelled(Cases.pod("less", 1, "2"), "web"));
        Candidate candidate = (Candidate) dryRun(Cases.pod("p", 10, "2"), Cases.budgets(Cases.budget("b", "web", 1)));
        assertThat(names(candidate)).containsExactly("more");
        assertThat(candidate.violations()).isZero();
    }

    @Test
    void roomIsLeftForImportantPodsThatAreNominatedThere() {
        place(Cases.pod("a", 1, "2"), Cases.pod("b", 2, "2"));
        cache.nominate(PodInfo.of(Cases.pod("nominated", 10, "1")), "n");
        assertThat(victims(Cases.pod("p", 10, "2"))).containsExactly("b", "a");
        cache.nominate(PodInfo.of(Cases.pod("nominated", 9, "1")), "n");
        assertThat(victims(Cases.pod("p", 10, "2"))).containsExactly("a");
    }

    @Test
    void hostPortIsFreedByItsHolder() {
        place(port(Cases.pod("holder", 5, "1")), Cases.pod("other", 1, "1"));
        assertThat(victims(port(Cases.pod("p", 10, "1")))).containsExactly("holder");
    }

    @Test
    void podWithAntiAffinityMakesThoseGoThatItCannotBear() {
        place(Cases.labelled(Cases.pod("enemy", 5, "1"), "loud"), Cases.pod("other", 1, "1"));
        Pod quiet = new PodBuilder(Cases.pod("p", 10, "1"))
                .editSpec()
                .withNewAffinity()
                .withNewPodAntiAffinity()
                .addNewRequiredDuringSchedulingIgnoredDuringExecution()
                .withTopologyKey("kubernetes.io/hostname")
                .withNewLabelSelector()
                .addToMatchLabels("app", "loud")
                .endLabelSelector()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endPodAntiAffinity()
                .endAffinity()
                .endSpec()
                .build();
        assertThat(victims(quiet)).containsExactly("enemy");
    }

    @Test
    void podIsNotPutWhereItsFriendsWouldHaveToGo() {
        place(Cases.labelled(Cases.pod("friend", 5, "4"), "cache"));
        Pod fond = new PodBuilder(Cases.pod("p", 10, "1"))
                .editSpec()
                .withNewAffinity()
                .withNewPodAffinity()
                .addNewRequiredDuringSchedulingIgnoredDuringExecution()
                .withTopologyKey("kubernetes.io/hostname")
                .withNewLabelSelector()
                .addToMatchLabels("app", "cache")
                .endLabelSelector()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endPodAffinity()
                .endAffinity()
                .endSpec()
                .build();
        assertThat(dryRun(fond, Budgets.NONE))
                .isEqualTo(new DryRun.Futile(List.of("node(s) didn't match pod affinity rules")));
    }

    @Test
    void spreadIsMadeEvenByThoseWhoAreTooManyHere() {
        cache.putNode(Samples.node("empty", "4", "32Gi"));
        place(Cases.labelled(Cases.pod("same", 5, "1"), "p"), Cases.pod("other", 1, "1"));
        Pod spread = new PodBuilder(Cases.pod("p", 10, "1"))
                .editSpec()
                .addNewTopologySpreadConstraint()
                .withMaxSkew(1)
                .withTopologyKey("kubernetes.io/hostname")
                .withWhenUnsatisfiable("DoNotSchedule")
                .withNewLabelSelector()
                .addToMatchLabels("app", "p")
                .endLabelSelector()
                .endTopologySpreadConstraint()
                .endSpec()
                .build();
        assertThat(victims(spread)).containsExactly("same");
    }

    private void place(Pod... pods) {
        for (Pod pod : pods) {
            cache.putPod(Samples.on(pod, "n"));
        }
    }

    private List<String> victims(Pod pod) {
        return names((Candidate) dryRun(pod, Budgets.NONE));
    }

    private static List<String> names(Candidate candidate) {
        return candidate.victims().stream().map(v -> v.pod().key().name()).toList();
    }

    private DryRun.Outcome dryRun(Pod pod, Budgets budgets) {
        Feasibility feasibility = Feasibility.of(PROFILE, PodInfo.of(pod), cache.snapshot());
        return new DryRun(feasibility, budgets, Cases.NOON)
                .on(cache.snapshot().node("n").orElseThrow());
    }

    private static Pod port(Pod pod) {
        return new PodBuilder(pod)
                .editSpec()
                .editFirstContainer()
                .addNewPort()
                .withContainerPort(80)
                .withHostPort(80)
                .endPort()
                .endContainer()
                .endSpec()
                .build();
    }
}
