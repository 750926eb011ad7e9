package io.lembos.scheduler.preemption;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.cache.PodInfo;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whose end a PodDisruptionBudget does not allow. */
class BudgetsTest {

    @Test
    void budgetAllowsSoManyOfItsPods() {
        assertThat(violating(Cases.budgets(Cases.budget("b", "web", 2)), "web", "db", "web", "web", "web"))
                .containsExactly("3-web", "4-web");
    }

    @Test
    void budgetThatAllowsNoneIsViolatedByEach() {
        assertThat(violating(Cases.budgets(Cases.budget("b", "web", 0)), "web", "web"))
                .containsExactly("0-web", "1-web");
    }

    @Test
    void eachBudgetOfAPodCounts() {
        Budgets budgets = Cases.budgets(Cases.budget("loose", "web", 5), Cases.budget("tight", "web", 1));
        assertThat(violating(budgets, "web", "web")).containsExactly("1-web");
    }

    @Test
    void budgetsThatAreAlikeCountEachForItself() {
        Budgets budgets = Cases.budgets(Cases.budget("one", "web", 1), Cases.budget("other", "web", 1));
        assertThat(violating(budgets, "web")).isEmpty();
    }

    @Test
    void podWhoseDisruptionIsCountedAlreadyIsFree() {
        assertThat(violating(Cases.budgets(Cases.budget("b", "web", 0, "0-web")), "web", "web"))
                .containsExactly("1-web");
    }

    @Test
    void emptySelectorSelectsNothing() {
        assertThat(violating(Cases.budgets(Cases.budget("b", "", 0)), "web")).isEmpty();
    }

    @Test
    void podsOfOtherNamespacesAndPodsWithoutLabelsAreFree() {
        PodDisruptionBudget elsewhere = new PodDisruptionBudgetBuilder(Cases.budget("b", "web", 0))
                .editMetadata()
                .withNamespace("other")
                .endMetadata()
                .build();
        assertThat(violating(Cases.budgets(elsewhere), "web")).isEmpty();
        PodDisruptionBudget absent = new PodDisruptionBudgetBuilder(Cases.budget("b", "web", 0))
                .editSpec()
                .withNewSelector()
                .addNewMatchExpression()
                .withKey("app")
                .withOperator("DoesNotExist")
                .endMatchExpression()
                .endSelector()
                .endSpec()
                .build();
        var bare = new PodBuilder(Cases.pod("p", 0, "1"))
                .editMetadata()
                .withLabels(null)
                .endMetadata()
                .build();
        assertThat(Cases.budgets(absent)
                        .split(List.of(Victim.of(PodInfo.of(bare), Cases.NOON)))
                        .violating())
                .isEmpty();
    }

    @Test
    void budgetWithoutStatusAllowsNone() {
        PodDisruptionBudget fresh = new PodDisruptionBudgetBuilder(Cases.budget("b", "web", 9))
                .withStatus(null)
                .build();
        assertThat(violating(Cases.budgets(fresh), "web")).containsExactly("0-web");
    }

    @Test
    void budgetThatIsGoneProtectsNobody() {
        Budgets budgets = Cases.budgets(Cases.budget("b", "web", 0), Cases.budget("c", "db", 0));
        Budgets left = budgets.without(ObjectKey.of("default", "b"));
        assertThat(violating(left, "web", "db")).containsExactly("1-db");
        assertThat(left.without(ObjectKey.of("default", "c"))).isEqualTo(Budgets.NONE);
    }

    /** @param apps of pods, most important first */
    private static List<String> violating(Budgets budgets, String... apps) {
        List<Victim> victims = Stream.iterate(0, i -> i < apps.length, i -> i + 1)
                .map(i -> Cases.labelled(Cases.pod(i + "-" + apps[i], 0, "1"), apps[i]))
                .map(pod -> Victim.of(PodInfo.of(pod), Cases.NOON))
                .toList();
        Budgets.Split split = budgets.split(victims);
        assertThat(Stream.concat(split.violating().stream(), split.others().stream()))
                .containsExactlyInAnyOrderElementsOf(victims);
        return split.violating().stream().map(v -> v.pod().key().name()).toList();
    }
}
