package io.lembos.scheduler.preemption;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.scheduler.Samples;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which pods may make others go. */
class EligibilityTest {
    private static final PodInfo PREEMPTOR = PodInfo.of(Cases.pod("preemptor", 10, "1"));
    private static final String WAITS = "not eligible due to a terminating pod on the nominated node.";

    @Test
    void podMayUnlessItsPolicyIsNever() {
        assertThat(objection(policy(null))).isEmpty();
        assertThat(objection(policy("PreemptLowerPriority"))).isEmpty();
        assertThat(objection(policy("Never"))).contains("not eligible due to preemptionPolicy=Never.");
    }

    @Test
    void podWaitsForVictimsThatAreEndingOnItsNode() {
        assertThat(objection(terminating(Cases.pod("v", 5, "1"), "True", "PreemptionByScheduler")))
                .contains(WAITS);
    }

    @Test
    void podDoesNotWaitForOthers() {
        Pod lesser = Cases.pod("v", 5, "1");
        assertThat(objection(lesser)).isEmpty();
        assertThat(objection(terminating(lesser, "False", "PreemptionByScheduler")))
                .isEmpty();
        assertThat(objection(terminating(lesser, "True", "EvictionByEvictionAPI")))
                .isEmpty();
        assertThat(objection(terminating(lesser, null, null))).isEmpty();
        assertThat(objection(terminating(Cases.pod("v", 10, "1"), "True", "PreemptionByScheduler")))
                .isEmpty();
    }

    @Test
    void podWaitsForVictimsWhoseEndIsAskedForAndNotSeenYet() {
        Pod victim = Cases.pod("v", 5, "1");
        Eligibility eligibility = new Eligibility(pod -> Set.of("uid-v").contains(pod.uid()));
        assertThat(eligibility.objection(PREEMPTOR, Optional.of(nodeWith(victim))))
                .contains(WAITS);
        assertThat(eligibility.objection(PREEMPTOR, Optional.of(nodeWith(Cases.pod("w", 5, "1")))))
                .isEmpty();
        assertThat(eligibility.objection(PREEMPTOR, Optional.empty())).isEmpty();
    }

    private static PodInfo policy(String policy) {
        return PodInfo.of(new PodBuilder(Cases.pod("p", 1, "1"))
                .editSpec()
                .withPreemptionPolicy(policy)
                .endSpec()
                .build());
    }

    private static Optional<String> objection(PodInfo pod) {
        return new Eligibility(p -> false).objection(pod, Optional.empty());
    }

    private static Optional<String> objection(Pod onTheNode) {
        return new Eligibility(p -> false).objection(PREEMPTOR, Optional.of(nodeWith(onTheNode)));
    }

    private static NodeInfo nodeWith(Pod pod) {
        return NodeInfo.empty(Samples.node("n", "4", "8Gi")).with(PodInfo.of(pod));
    }

    private static Pod terminating(Pod pod, String status, String reason) {
        PodBuilder terminating = new PodBuilder(pod)
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata();
        if (status != null) {
            terminating
                    .editStatus()
                    .addNewCondition()
                    .withType("DisruptionTarget")
                    .withStatus(status)
                    .withReason(reason)
                    .endCondition()
                    .endStatus();
        }
        return terminating.build();
    }
}
