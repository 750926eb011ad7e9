package io.lembos.kubelet.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.kubelet.container.ObservedContainer;
import io.lembos.kubelet.container.ObservedContainer.State;
import io.lembos.kubelet.container.ObservedPod;
import io.lembos.kubelet.container.ObservedSandbox;
import io.lembos.kubelet.probes.Health;
import io.lembos.kubelet.probes.ProbeKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PodActionsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:10:00Z");
    private static final ObservedSandbox READY = new ObservedSandbox("sandbox", 0, true, "10.0.0.2", NOW);

    @Test
    void newPodNeedsASandboxAndItsContainers() {
        PodActions actions = actions(pod("Always"), ObservedPod.nothing("u"), Duration.ZERO);

        assertThat(actions.needsSandbox()).isTrue();
        assertThat(actions.start()).extracting(s -> s.container().getName()).containsExactly("main");
        assertThat(actions.start()).extracting(PodActions.Start::attempt).containsExactly(0);
    }

    @Test
    void runningPodIsLeftAlone() {
        assertThat(actions(pod("Always"), observed(container("main", State.RUNNING, 0, 0)), Duration.ZERO)
                        .isEmpty())
                .isTrue();
    }

    @Test
    void endedContainerIsStartedAgainWhereThePolicySaysSo() {
        ObservedPod failed = observed(container("main", State.EXITED, 1, 2));
        ObservedPod succeeded = observed(container("main", State.EXITED, 0, 2));

        assertThat(actions(pod("Always"), succeeded, Duration.ZERO).start())
                .extracting(PodActions.Start::attempt)
                .containsExactly(3);
        assertThat(actions(pod("OnFailure"), failed, Duration.ZERO).start()).hasSize(1);
        assertThat(actions(pod("OnFailure"), succeeded, Duration.ZERO).start()).isEmpty();
        assertThat(actions(pod("Never"), failed, Duration.ZERO).start()).isEmpty();
    }

    @Test
    void containerInBackOffWaitsForWhatIsLeftOfIt() {
        ObservedPod ended = observed(container("main", State.EXITED, 1, 2)); // It ended 30 s ago.

        PodActions waiting = actions(pod("Always"), ended, Duration.ofSeconds(40));
        assertThat(waiting.start()).isEmpty();
        assertThat(waiting.backingOff()).hasSize(1);
        assertThat(waiting.lookAgain()).contains(Duration.ofSeconds(10));

        assertThat(actions(pod("Always"), ended, Duration.ofSeconds(30)).start())
                .hasSize(1);
    }

    @Test
    void lostSandboxIsReplacedWithItsContainers() {
        ObservedSandbox dead = new ObservedSandbox("dead", 0, false, "", NOW);
        ObservedContainer killed = container("main", State.EXITED, 137, 0);
        ObservedPod observed = new ObservedPod("u", List.of(dead), List.of(inSandbox(killed, "dead")));

        PodActions actions = actions(pod("Always"), observed, Duration.ZERO);
        assertThat(actions.needsSandbox()).isTrue();
        assertThat(actions.start()).extracting(PodActions.Start::attempt).containsExactly(1);
    }

    @Test
    void containerThatTheRuntimeLostGoesOnCounting() {
        Pod reported = new PodBuilder(pod("Always"))
                .withNewStatus()
                .addNewContainerStatus()
                .withName("main")
                .withRestartCount(2)
                .withContainerID("containerd://gone")
                .endContainerStatus()
                .endStatus()
                .build();

        assertThat(actions(reported, ObservedPod.nothing("u"), Duration.ZERO).start())
                .extracting(PodActions.Start::attempt)
                .containsExactly(3);

        Pod counted = new PodBuilder(reported)
                .editStatus()
                .editContainerStatus(0)
                .withRestartCount(3)
                .withContainerID(null)
                .endContainerStatus()
                .endStatus()
                .build();
        assertThat(actions(counted, ObservedPod.nothing("u"), Duration.ZERO).start())
                .extracting(PodActions.Start::attempt)
                .containsExactly(3);
    }

    @Test
    void secondReadySandboxIsStale() {
        ObservedSandbox newer = new ObservedSandbox("newer", 1, true, "10.0.0.3", NOW);
        ObservedPod observed = new ObservedPod(
                "u", List.of(READY, newer), List.of(inSandbox(container("main", State.RUNNING, 0, 0), "newer")));

        assertThat(actions(pod("Always"), observed, Duration.ZERO).staleSandboxes())
                .containsExactly(READY);
    }

    @Test
    void initContainersGoFirstAndOneByOne() {
        Pod pod = withInit("Always");

        assertThat(starts(pod, observed())).containsExactly("one");
        assertThat(starts(pod, observed(container("one", State.RUNNING, 0, 0)))).isEmpty();
        assertThat(starts(pod, observed(container("one", State.EXITED, 0, 0)))).containsExactly("two");
        assertThat(starts(pod, observed(container("one", State.EXITED, 0, 0), container("two", State.EXITED, 0, 0))))
                .containsExactly("main");
    }

    @Test
    void failedInitContainerIsTriedAgainUnlessThePodMayNotRestart() {
        ObservedPod failed = observed(container("one", State.EXITED, 1, 0));

        assertThat(starts(withInit("Always"), failed)).containsExactly("one");
        assertThat(starts(withInit("Never"), failed)).isEmpty();
    }

    @Test
    void containerThatFailedItsProbeIsKilledWithTheGraceOfTheProbe() {
        Pod pod = new PodBuilder(pod("Always"))
                .editSpec()
                .editContainer(0)
                .withNewLivenessProbe()
                .withTerminationGracePeriodSeconds(7L)
                .endLivenessProbe()
                .endContainer()
                .endSpec()
                .build();
        ObservedContainer main = container("main", State.RUNNING, 0, 0);

        PodActions actions = PodActions.compute(pod, observed(main), failed(ProbeKind.LIVENESS), NOW, n -> null);

        assertThat(actions.start()).isEmpty();
        assertThat(actions.kill())
                .containsExactly(new PodActions.Kill(
                        main,
                        "Container main failed liveness probe, will be restarted",
                        Optional.of(Duration.ofSeconds(7))));
    }

    @Test
    void sidecarMustHaveStartedBeforeTheNext() {
        Pod pod = new PodBuilder(withInit("Always"))
                .editSpec()
                .editFirstInitContainer()
                .withRestartPolicy("Always")
                .endInitContainer()
                .endSpec()
                .build();
        ObservedPod observed = observed(container("one", State.RUNNING, 0, 0));

        assertThat(starts(pod, observed)).containsExactly("two");
        assertThat(PodActions.compute(pod, observed, notStarted(), NOW, n -> Duration.ZERO)
                        .start())
                .isEmpty();
    }

    @Test
    void ephemeralContainerStartsOnceBesideItsTarget() {
        Pod pod = new PodBuilder(pod("Always"))
                .editSpec()
                .addNewEphemeralContainer()
                .withName("debugger")
                .withTargetContainerName("main")
                .endEphemeralContainer()
                .endSpec()
                .build();
        ObservedContainer main = container("main", State.RUNNING, 0, 0);

        assertThat(starts(pod, observed())).containsExactly("main");
        assertThat(actions(pod, observed(main), Duration.ZERO).start())
                .extracting(PodActions.Start::target)
                .containsExactly(Optional.of("main0"));
        assertThat(starts(pod, observed(main, container("debugger", State.EXITED, 1, 0))))
                .isEmpty();
    }

    @Test
    void runningContainerMakesWayForAnotherImage() {
        ObservedContainer old = container("main", State.RUNNING, 0, 0, "old");

        assertThat(actions(pod("Always"), observed(old), Duration.ZERO).kill())
                .extracting(PodActions.Kill::message)
                .containsExactly("Container main definition changed, will be restarted");
        assertThat(actions(pod("Always"), observed(container("main", State.RUNNING, 0, 0, "image")), Duration.ZERO)
                        .kill())
                .isEmpty();
    }

    @Test
    void containersOwnRulesComeBeforeItsPolicyAndThePods() {
        Pod pod = new PodBuilder(pod("Never"))
                .editSpec()
                .editContainer(0)
                .withRestartPolicy("Never")
                .addNewRestartPolicyRule()
                .withAction("Restart")
                .withNewExitCodes()
                .withOperator("In")
                .withValues(42)
                .endExitCodes()
                .endRestartPolicyRule()
                .endContainer()
                .endSpec()
                .build();

        assertThat(starts(pod, observed(container("main", State.EXITED, 42, 0))))
                .containsExactly("main");
        assertThat(starts(pod, observed(container("main", State.EXITED, 1, 0)))).isEmpty();
    }

    private static Health failed(ProbeKind kind) {
        return health(true, Optional.of(kind));
    }

    private static Health notStarted() {
        return health(false, Optional.empty());
    }

    private static Health health(boolean started, Optional<ProbeKind> failed) {
        return new Health() {
            @Override
            public boolean started(ObservedContainer container) {
                return started;
            }

            @Override
            public boolean ready(ObservedContainer container) {
                return started;
            }

            @Override
            public Optional<ProbeKind> failed(ObservedContainer container) {
                return failed;
            }
        };
    }

    private static List<String> starts(Pod pod, ObservedPod observed) {
        return actions(pod, observed, Duration.ZERO).start().stream()
                .map(s -> s.container().getName())
                .toList();
    }

    private static PodActions actions(Pod pod, ObservedPod observed, Duration backOff) {
        return PodActions.compute(pod, observed, Health.UNASKED, NOW, container -> backOff);
    }

    private static ObservedPod observed(ObservedContainer... containers) {
        return new ObservedPod("u", List.of(READY), List.of(containers));
    }

    private static ObservedContainer container(String name, State state, int exitCode, int restarts) {
        return container(name, state, exitCode, restarts, "");
    }

    private static ObservedContainer container(
            String name, State state, int exitCode, int restarts, String wantedImage) {
        return new ObservedContainer(
                name + restarts,
                "sandbox",
                name,
                restarts,
                state,
                "image",
                "sha256:1",
                NOW.minusSeconds(60),
                NOW.minusSeconds(60),
                NOW.minusSeconds(30),
                exitCode,
                "",
                "",
                "",
                wantedImage,
                ObservedContainer.Process.UNTOLD);
    }

    private static ObservedContainer inSandbox(ObservedContainer c, String sandbox) {
        return new ObservedContainer(
                c.id(),
                sandbox,
                c.name(),
                c.restartCount(),
                c.state(),
                c.image(),
                c.imageId(),
                c.createdAt(),
                c.startedAt(),
                c.finishedAt(),
                c.exitCode(),
                "",
                "",
                "");
    }

    private static Pod pod(String policy) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("p")
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy(policy)
                .addNewContainer()
                .withName("main")
                .withImage("image")
                .endContainer()
                .endSpec()
                .build();
    }

    private static Pod withInit(String policy) {
        return new PodBuilder(pod(policy))
                .editSpec()
                .addNewInitContainer()
                .withName("one")
                .endInitContainer()
                .addNewInitContainer()
                .withName("two")
                .endInitContainer()
                .endSpec()
                .build();
    }
}
