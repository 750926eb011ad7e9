package io.lembos.scheduler.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.scheduler.Samples;
import io.lembos.scheduler.framework.ClusterChange;
import io.lembos.scheduler.framework.PodChange;
import java.util.List;
import org.junit.jupiter.api.Test;

class InFlightChangesTest {
    private final InFlightChanges changes = new InFlightChanges(3);
    private final ClusterChange first = change("first");
    private final ClusterChange second = change("second");
    private final ClusterChange third = change("third");

    @Test
    void podSeesWhatCameAfterItWasTaken() {
        changes.begin("a");
        changes.add(first);
        changes.begin("b");
        changes.add(second);
        assertThat(changes.since("a").orElseThrow()).containsExactlyInAnyOrder(first, second);
        assertThat(changes.since("b")).contains(List.of(second));
    }

    @Test
    void nothingIsKeptWhenNoPodIsInFlight() {
        changes.add(first);
        assertThat(changes.size()).isZero();
        changes.begin("a");
        assertThat(changes.since("a")).contains(List.of());
    }

    @Test
    void changesOlderThanEveryPodInFlightAreForgotten() {
        changes.begin("a");
        changes.add(first);
        changes.begin("b");
        changes.add(second);
        changes.end("a");
        assertThat(changes.size()).isEqualTo(1);
        assertThat(changes.since("b")).contains(List.of(second));
        changes.end("b");
        assertThat(changes.size()).isZero();
    }

    @Test
    void youngerPodThatEndsFirstForgetsNothing() {
        changes.begin("a");
        changes.add(first);
        changes.begin("b");
        changes.end("b");
        assertThat(changes.since("a")).contains(List.of(first));
    }

    @Test
    void tooManyChangesAreUnknownToWhoWasTakenBeforeThem() {
        changes.begin("hangs");
        changes.add(first);
        changes.begin("young");
        changes.add(second);
        changes.add(third);
        changes.add(change("fourth"));
        assertThat(changes.size()).isEqualTo(3);
        assertThat(changes.since("hangs")).isEmpty();
        assertThat(changes.since("young").orElseThrow()).hasSize(3);
    }

    private static ClusterChange change(String pod) {
        return PodChange.added(Samples.pod(pod, "", ""));
    }
}
