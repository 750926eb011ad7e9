package io.lembos.scheduler.plugins.dynamicresources;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimBuilder;
import io.lembos.scheduler.DeviceSamples;
import io.lembos.scheduler.Samples;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.EventResource;
import io.lembos.scheduler.framework.ObjectChange;
import io.lembos.scheduler.framework.QueueingHint.Answer;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which changes of claims bring back a pod that waits for devices. */
class DynamicResourcesHintsTest {
    private static final ResourceClaim OPEN = DeviceSamples.claim("mine", DeviceSamples.exactly(1));
    private static final ResourceClaim GIVEN = Lab.holding("mine", "d0");

    private final Pod named = DeviceSamples.withClaim(Samples.pod("p", "1", "1Mi"), "mine");
    private final Pod made = new PodBuilder(DeviceSamples.fromTemplate(Samples.pod("p", "1", "1Mi"), "t"))
            .withNewStatus()
            .addNewResourceClaimStatus("devices", "mine")
            .endStatus()
            .build();
    private final Pod stranger = DeviceSamples.withClaim(Samples.pod("p", "1", "1Mi"), "other");

    @Test
    void ownClaimThatComesOrGetsAnotherState() {
        assertThat(ask(named, null, OPEN)).isEqualTo(Answer.QUEUE);
        assertThat(ask(made, null, OPEN)).isEqualTo(Answer.QUEUE);
        assertThat(ask(stranger, null, OPEN)).isEqualTo(Answer.SKIP);
        assertThat(ask(named, OPEN, GIVEN)).isEqualTo(Answer.QUEUE);
        assertThat(ask(stranger, OPEN, GIVEN)).isEqualTo(Answer.SKIP);
    }

    @Test
    void ownClaimWithNothingNewInItsStatus() {
        ResourceClaim guarded = new ResourceClaimBuilder(OPEN)
                .editMetadata()
                .addToFinalizers("f")
                .endMetadata()
                .build();
        assertThat(ask(named, OPEN, guarded)).isEqualTo(Answer.SKIP);
    }

    @Test
    void devicesThatBecomeFreeHelpEverybody() {
        assertThat(ask(stranger, GIVEN, OPEN)).isEqualTo(Answer.QUEUE);
        assertThat(ask(stranger, GIVEN, null)).isEqualTo(Answer.QUEUE);
        assertThat(ask(stranger, OPEN, null)).isEqualTo(Answer.SKIP);
    }

    @Test
    void claimOfAnotherNamespaceWithTheSameName() {
        ResourceClaim foreign = new ResourceClaimBuilder(OPEN)
                .editMetadata()
                .withNamespace("elsewhere")
                .endMetadata()
                .build();
        assertThat(ask(named, null, foreign)).isEqualTo(Answer.SKIP);
    }

    private static Answer ask(Pod pod, ResourceClaim before, ResourceClaim after) {
        EventAction action = before == null ? EventAction.ADD : after == null ? EventAction.DELETE : EventAction.UPDATE;
        return DynamicResourcesHints.EVENTS
                .getFirst()
                .hint()
                .ask(PodInfo.of(pod), new ObjectChange(EventResource.RESOURCE_CLAIM, Set.of(action), before, after));
    }
}
