package io.lembos.scheduler.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.lembos.scheduler.framework.Nomination;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusPatchTest {
    private static final Nomination N = new Nomination.Node("n");

    @Test
    void saysOnlyWhatIsDifferent() {
        assertThat(StatusPatch.of(N).json("u"))
                .isEqualTo("{\"metadata\":{\"uid\":\"u\"},\"status\":{\"nominatedNodeName\":\"n\"}}");
        assertThat(StatusPatch.of(Nomination.NONE).json("u"))
                .isEqualTo("{\"metadata\":{\"uid\":\"u\"},\"status\":{\"nominatedNodeName\":null}}");
        assertThat(StatusPatch.of(condition("why")).json("u"))
                .isEqualTo(
                        "{\"metadata\":{\"uid\":\"u\"},\"status\":{\"conditions\":[{\"type\":\"T\",\"status\":\"False\","
                                + "\"reason\":\"R\",\"message\":\"why\",\"lastTransitionTime\":\"2026-01-01T00:00:00Z\"}]}}");
    }

    @Test
    void laterWordStandsAndWhatItDoesNotSpeakOfStays() {
        StatusPatch first = new StatusPatch(Optional.of(condition("old")), N);
        assertThat(first.then(StatusPatch.of(condition("new"))))
                .isEqualTo(new StatusPatch(Optional.of(condition("new")), N));
        assertThat(first.then(StatusPatch.of(Nomination.NONE)))
                .isEqualTo(new StatusPatch(Optional.of(condition("old")), Nomination.NONE));
    }

    private static PodCondition condition(String message) {
        return new PodConditionBuilder()
                .withType("T")
                .withStatus("False")
                .withReason("R")
                .withMessage(message)
                .withLastTransitionTime("2026-01-01T00:00:00Z")
                .build();
    }
}
