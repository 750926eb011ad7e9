package io.lembos.kubelet.probes;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.lembos.api.time.FakeClock;
import io.lembos.kubelet.container.ObservedContainer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContainerProbesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final ContainerProbes.Known NEW = new ContainerProbes.Known(false, false);

    private final FakeClock clock = new FakeClock(START);
    private final Map<ProbeKind, Outcome> answers = new EnumMap<>(ProbeKind.class);
    private final List<ProbeKind> asked = new ArrayList<>();
    private int changes;

    @Test
    void firstQuestionComesAfterTheDelayAndTheNextEveryPeriod() {
        ContainerProbes probes = probes(container(null, null, probe(5, 10, 3)), NEW);
        probes.start();

        seconds(4);
        assertThat(asked).isEmpty();
        seconds(1);
        assertThat(asked).hasSize(1);
        seconds(30);
        assertThat(asked).hasSize(4);
    }

    @Test
    void othersWaitForTheStartupProbe() {
        answers.put(ProbeKind.STARTUP, Outcome.failure("not yet"));
        ContainerProbes probes = probes(container(probe(0, 1, 30), probe(0, 1, 1), probe(0, 1, 1)), NEW);
        probes.start();

        seconds(5);
        assertThat(asked).containsOnly(ProbeKind.STARTUP);
        assertThat(probes.started()).isFalse();

        answers.put(ProbeKind.STARTUP, Outcome.success());
        seconds(1);
        asked.clear();
        seconds(1);
        assertThat(probes.started()).isTrue();
        assertThat(probes.ready()).isTrue();
        assertThat(asked).contains(ProbeKind.LIVENESS, ProbeKind.READINESS).doesNotContain(ProbeKind.STARTUP);
    }

    @Test
    void livenessFailureIsToldOnceAndAsksNoMore() {
        answers.put(ProbeKind.LIVENESS, Outcome.failure("dead"));
        ContainerProbes probes = probes(container(null, probe(0, 2, 3), null), NEW);
        probes.start();

        seconds(3);
        assertThat(probes.failed()).isEmpty();
        seconds(1);
        assertThat(probes.failed()).contains(ProbeKind.LIVENESS);
        assertThat(changes).isEqualTo(1);
        seconds(60);
        assertThat(asked).hasSize(3);
    }

    @Test
    void attemptThatErredSaysNothing() {
        answers.put(ProbeKind.LIVENESS, Outcome.error("no runtime"));
        ContainerProbes probes = probes(container(null, probe(0, 1, 1), null), NEW);
        probes.start();

        seconds(10);
        assertThat(probes.failed()).isEmpty();
    }

    @Test
    void readinessGoesAndComesBack() {
        ContainerProbes probes = probes(container(null, null, probe(0, 1, 2)), NEW);
        probes.start();
        assertThat(probes.ready()).isFalse();
        seconds(0);
        assertThat(probes.ready()).isTrue();
        answers.put(ProbeKind.READINESS, Outcome.failure("busy"));
        seconds(2);
        assertThat(probes.ready()).isFalse();
        answers.put(ProbeKind.READINESS, Outcome.success());
        seconds(1);
        assertThat(probes.ready()).isTrue();
        assertThat(changes).isEqualTo(3);
    }

    @Test
    void stoppedProbesLeaveNoTimers() {
        ContainerProbes probes = probes(container(null, probe(0, 1, 1), probe(0, 1, 1)), NEW);
        probes.start();
        seconds(3);
        probes.stop();

        assertThat(clock.pending()).isZero();
    }

    @Test
    void endingPodIsAskedForItsReadinessOnly() {
        ContainerProbes probes = probes(container(null, probe(0, 1, 1), probe(0, 1, 1)), NEW);
        probes.start();
        seconds(1);
        probes.stopKilling();
        asked.clear();
        seconds(3);

        assertThat(asked).containsOnly(ProbeKind.READINESS).hasSize(3);
    }

    @Test
    void newNodeAgentDisturbsNobodyWhoWasReady() {
        ContainerProbes probes =
                probes(container(probe(0, 1, 1), null, probe(0, 1, 1)), new ContainerProbes.Known(true, true));
        probes.start();

        assertThat(probes.ready()).isTrue();
        seconds(1);
        assertThat(asked).containsOnly(ProbeKind.READINESS);
    }

    private void seconds(int seconds) {
        clock.advance(Duration.ofSeconds(seconds));
    }

    private ContainerProbes probes(Container container, ContainerProbes.Known known) {
        ObservedContainer observed = new ObservedContainer(
                "id", "s", "main", 0, ObservedContainer.State.RUNNING, "image", "", START, START, START, 0, "", "", "");
        return new ContainerProbes(
                container,
                observed,
                known,
                clock,
                Runnable::run,
                (kind, probe) -> {
                    asked.add(kind);
                    return answers.getOrDefault(kind, Outcome.success());
                },
                (kind, outcome) -> {},
                () -> changes++);
    }

    private static Container container(Probe startup, Probe liveness, Probe readiness) {
        return new ContainerBuilder()
                .withName("main")
                .withStartupProbe(startup)
                .withLivenessProbe(liveness)
                .withReadinessProbe(readiness)
                .build();
    }

    private static Probe probe(int delay, int period, int failures) {
        return new ProbeBuilder()
                .withInitialDelaySeconds(delay)
                .withPeriodSeconds(period)
                .withFailureThreshold(failures)
                .build();
    }
}
