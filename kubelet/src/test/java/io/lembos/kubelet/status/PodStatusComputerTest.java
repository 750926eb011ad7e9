package io.lembos.kubelet.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerUser;
import io.fabric8.kubernetes.api.model.ContainerUserBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.lembos.kubelet.container.ObservedContainer;
import io.lembos.kubelet.container.ObservedContainer.State;
import io.lembos.kubelet.container.ObservedPod;
import io.lembos.kubelet.container.ObservedSandbox;
import io.lembos.kubelet.probes.Health;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PodStatusComputerTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:10:00Z");
    private final PodStatusComputer computer =
            new PodStatusComputer("containerd", "127.0.0.1", (pod, container) -> "words");

    @Test
    void podWithoutContainersIsPendingAndCreating() {
        PodStatus status = computer.compute(pod("Always"), ObservedPod.nothing("u"), Map.of(), Health.UNASKED, NOW);

        assertThat(status.getPhase()).isEqualTo("Pending");
        assertThat(only(status).getState().getWaiting().getReason()).isEqualTo("ContainerCreating");
        assertThat(condition(status, "Ready").getReason()).isEqualTo("ContainersNotReady");
        assertThat(condition(status, "Ready").getMessage()).isEqualTo("containers with unready status: [main]");
    }

    @Test
    void runningPodIsReadyWithItsAddress() {
        PodStatus status = computer.compute(pod("Always"), observed(State.RUNNING, 0), Map.of(), Health.UNASKED, NOW);

        assertThat(status.getPhase()).isEqualTo("Running");
        assertThat(status.getPodIP()).isEqualTo("10.0.0.2");
        assertThat(only(status).getContainerID()).isEqualTo("containerd://id");
        assertThat(List.of("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady"))
                .allMatch(type -> condition(status, type).getStatus().equals("True"));
    }

    @Test
    void endedPodHasThePhaseThatItsPolicyGives() {
        assertThat(phase("Never", 0)).isEqualTo("Succeeded");
        assertThat(phase("Never", 3)).isEqualTo("Failed");
        assertThat(phase("OnFailure", 0)).isEqualTo("Succeeded");
        assertThat(phase("OnFailure", 3)).isEqualTo("Running");
        assertThat(phase("Always", 0)).isEqualTo("Running");
    }

    @Test
    void endOfAContainerIsToldWithItsLastWords() {
        var ended = only(computer.compute(pod("Never"), observed(State.EXITED, 3), Map.of(), Health.UNASKED, NOW))
                .getState()
                .getTerminated();

        assertThat(ended.getExitCode()).isEqualTo(3);
        assertThat(ended.getReason()).isEqualTo("Error");
        assertThat(ended.getMessage()).isEqualTo("words");
    }

    @Test
    void podThatTheNodeEndsHasFailedOnceItHasEnded() {
        Termination evicted = new Termination("Evicted", "No room. ", Optional.empty(), true);
        PodStatus over = computer.compute(
                pod("Always"), observed(State.EXITED, 0), Map.of(), Health.UNASKED, Optional.of(evicted), NOW);

        assertThat(over.getPhase()).isEqualTo("Failed");
        assertThat(over.getReason()).isEqualTo("Evicted");
        assertThat(over.getMessage()).isEqualTo("No room. ");
        assertThat(condition(over, "DisruptionTarget").getReason()).isEqualTo("TerminationByKubelet");
        assertThat(condition(over, "DisruptionTarget").getMessage()).isEqualTo("No room. ");

        PodStatus ending = PodStatusComputer.notYetOver(pod("Always"), over);
        assertThat(ending.getReason()).isNull();
        assertThat(ending.getConditions())
                .extracting(PodCondition::getType)
                .contains("Ready")
                .doesNotContain("DisruptionTarget");
    }

    @Test
    void podThatIsToBlameIsNoTargetOfADisruption() {
        Termination evicted = new Termination("Evicted", "Too much. ", Optional.empty(), false);
        PodStatus over = computer.compute(
                pod("Always"), observed(State.EXITED, 0), Map.of(), Health.UNASKED, Optional.of(evicted), NOW);

        assertThat(over.getReason()).isEqualTo("Evicted");
        assertThat(over.getConditions()).extracting(PodCondition::getType).doesNotContain("DisruptionTarget");
    }

    @Test
    void initContainerThatSucceededIsReady() {
        Pod pod = new PodBuilder(pod("Never"))
                .editSpec()
                .addNewInitContainer()
                .withName("first")
                .withImage("image")
                .endInitContainer()
                .endSpec()
                .build();
        assertThat(first(pod, 0).getReady()).isTrue();
        assertThat(first(pod, 1).getReady()).isFalse();
    }

    @Test
    void containerThatBacksOffWaitsAndRemembersItsEnd() {
        Map<String, Waiting> waiting = Map.of("main", new Waiting("CrashLoopBackOff", "back-off 10s"));
        PodStatus status = computer.compute(pod("Always"), observed(State.EXITED, 1), waiting, Health.UNASKED, NOW);

        assertThat(status.getPhase()).isEqualTo("Running");
        assertThat(only(status).getState().getWaiting().getReason()).isEqualTo("CrashLoopBackOff");
        assertThat(only(status).getLastState().getTerminated().getExitCode()).isEqualTo(1);
    }

    @Test
    void transitionTimeStaysWhileTheStatusDoes() {
        PodStatus first = computer.compute(pod("Always"), observed(State.RUNNING, 0), Map.of(), Health.UNASKED, NOW);
        Pod reported = new PodBuilder(pod("Always")).withStatus(first).build();
        PodStatus later =
                computer.compute(reported, observed(State.RUNNING, 0), Map.of(), Health.UNASKED, NOW.plusSeconds(60));

        assertThat(later).isEqualTo(first);
    }

    @Test
    void killedSidecarDoesNotFailThePod() {
        Pod pod = new PodBuilder(pod("Never"))
                .editSpec()
                .addNewInitContainer()
                .withName("side")
                .withImage("image")
                .withRestartPolicy("Always")
                .endInitContainer()
                .endSpec()
                .build();
        ObservedSandbox sandbox = new ObservedSandbox("s", 0, true, "10.0.0.2", NOW);
        ObservedContainer side = container("side", State.EXITED, 137);
        ObservedContainer main = container("main", State.EXITED, 0);
        PodStatus status = computer.compute(
                pod, new ObservedPod("u", List.of(sandbox), List.of(side, main)), Map.of(), Health.UNASKED, NOW);

        assertThat(status.getPhase()).isEqualTo("Succeeded");
        assertThat(condition(status, "Initialized").getReason()).isEqualTo("PodCompleted");
    }

    @Test
    void podThatIsTooOldHasFailed() {
        Pod pod = new PodBuilder(pod("Always"))
                .editSpec()
                .withActiveDeadlineSeconds(30L)
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .withStartTime(NOW.toString())
                .endStatus()
                .build();
        ObservedPod running = observed(State.RUNNING, 0);
        PodStatus before = computer.compute(pod, running, Map.of(), Health.UNASKED, NOW.plusSeconds(29));
        PodStatus after = computer.compute(pod, running, Map.of(), Health.UNASKED, NOW.plusSeconds(30));

        assertThat(before.getPhase()).isEqualTo("Running");
        assertThat(after.getPhase()).isEqualTo("Failed");
        assertThat(after.getReason()).isEqualTo("DeadlineExceeded");
        assertThat(after.getMessage()).isEqualTo("Pod was active on the node longer than the specified deadline");
        assertThat(condition(after, "Ready").getReason()).isEqualTo("PodFailed");
    }

    @Test
    void podWhoseContainersWereEndedByItsDeadlineSaysSoAndOneThatWasOverBeforeDoesNot() {
        assertThat(endedAfter(30).getReason()).isEqualTo("DeadlineExceeded");
        assertThat(endedAfter(30).getPhase()).isEqualTo("Failed");
        assertThat(endedAfter(31).getReason()).isNull();
        assertThat(endedAfter(31).getPhase()).isEqualTo("Succeeded");
    }

    /** Of a container that ends 30 seconds after its pod began. */
    private PodStatus endedAfter(long deadline) {
        Pod pod = new PodBuilder(pod("Never"))
                .editSpec()
                .withActiveDeadlineSeconds(deadline)
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .withStartTime(NOW.minusSeconds(30).toString())
                .endStatus()
                .build();
        return computer.compute(pod, observed(State.EXITED, 0), Map.of(), Health.UNASKED, NOW.plusSeconds(60));
    }

    @Test
    void podThatIsOverStaysSoThoughItsContainersAreForgotten() {
        PodStatus over = computer.compute(pod("Never"), observed(State.EXITED, 0), Map.of(), Health.UNASKED, NOW);
        Pod reported = new PodBuilder(pod("Never")).withStatus(over).build();
        PodStatus later = computer.compute(reported, ObservedPod.nothing("u"), Map.of(), Health.UNASKED, NOW);

        assertThat(later.getPhase()).isEqualTo("Succeeded");
        assertThat(only(later)).isEqualTo(only(over));
    }

    @Test
    void podIsReadyWhenItsGatesAreOpen() {
        Pod pod = new PodBuilder(pod("Always"))
                .editSpec()
                .addNewReadinessGate("example.com/open")
                .endSpec()
                .withNewStatus()
                .endStatus()
                .build();
        PodCondition missing = condition(ready(pod), "Ready");
        assertThat(missing.getStatus()).isEqualTo("False");
        assertThat(missing.getReason()).isEqualTo("ReadinessGatesNotReady");
        assertThat(missing.getMessage())
                .isEqualTo("corresponding condition of pod readiness gate \"example.com/open\" does not exist.");
        assertThat(condition(ready(pod), "ContainersReady").getStatus()).isEqualTo("True");

        assertThat(condition(ready(gate(pod, "False")), "Ready").getMessage())
                .isEqualTo("the status of pod readiness gate \"example.com/open\" is not \"True\", but False");
        assertThat(condition(ready(gate(pod, "True")), "Ready").getStatus()).isEqualTo("True");
    }

    private PodStatus ready(Pod pod) {
        return computer.compute(pod, observed(State.RUNNING, 0), Map.of(), Health.UNASKED, NOW);
    }

    private static Pod gate(Pod pod, String status) {
        return new PodBuilder(pod)
                .editStatus()
                .addNewCondition()
                .withType("example.com/open")
                .withStatus(status)
                .endCondition()
                .endStatus()
                .build();
    }

    @Test
    void containerThatRanAndCannotBeFoundHasEndedSomehow() {
        Pod running = withStatus(
                pod("Always"),
                computer.compute(pod("Always"), observed(State.RUNNING, 0), Map.of(), Health.UNASKED, NOW));

        ContainerStatus lost = only(nothing(running));

        assertThat(lost.getState().getWaiting().getReason()).isEqualTo("ContainerCreating");
        assertThat(lost.getLastState().getTerminated().getReason()).isEqualTo("ContainerStatusUnknown");
        assertThat(lost.getLastState().getTerminated().getExitCode()).isEqualTo(137);
        assertThat(lost.getRestartCount()).isEqualTo(1);

        ContainerStatus again = only(nothing(withStatus(running, nothing(running))));
        assertThat(again).isEqualTo(lost);
    }

    private PodStatus nothing(Pod pod) {
        return computer.compute(pod, ObservedPod.nothing("u"), Map.of(), Health.UNASKED, NOW);
    }

    private static Pod withStatus(Pod pod, PodStatus status) {
        return new PodBuilder(pod).withStatus(status).build();
    }

    @Test
    void statusSaysWhatIsMountedAndAsWhomTheContainerRunsAndHowItIsStopped() {
        Pod mounting = new PodBuilder(pod("Always"))
                .editSpec()
                .editContainer(0)
                .addNewVolumeMount()
                .withName("v")
                .withMountPath("/v")
                .withReadOnly(true)
                .endVolumeMount()
                .addNewVolumeMount()
                .withName("w")
                .withMountPath("/w")
                .endVolumeMount()
                .endContainer()
                .endSpec()
                .build();
        ContainerUser user = new ContainerUserBuilder()
                .withNewLinux()
                .withUid(1000L)
                .withGid(1L)
                .withSupplementalGroups(5L)
                .endLinux()
                .build();
        ObservedContainer told = new ObservedContainer(
                "id",
                "s",
                "main",
                0,
                State.RUNNING,
                "image",
                "sha256:1",
                NOW,
                NOW,
                NOW,
                0,
                "",
                "",
                "",
                "",
                new ObservedContainer.Process(user, "SIGUSR1"));
        ObservedSandbox sandbox = new ObservedSandbox("s", 0, true, "10.0.0.2", NOW);

        ContainerStatus status = only(computer.compute(
                mounting, new ObservedPod("u", List.of(sandbox), List.of(told)), Map.of(), Health.UNASKED, NOW));

        assertThat(status.getVolumeMounts())
                .extracting(m ->
                        m.getName() + " " + m.getMountPath() + " " + m.getReadOnly() + " " + m.getRecursiveReadOnly())
                .containsExactly("v /v true Disabled", "w /w null null");
        assertThat(status.getUser()).isEqualTo(user);
        assertThat(status.getStopSignal()).isEqualTo("SIGUSR1");
    }

    private static ObservedContainer container(String name, State state, int exitCode) {
        return new ObservedContainer(
                name, "s", name, 0, state, "image", "sha256:1", NOW, NOW, NOW, exitCode, "", "", "");
    }

    private ContainerStatus first(Pod pod, int exitCode) {
        ObservedPod observed = observed(State.EXITED, exitCode, "first");
        return computer.compute(pod, observed, Map.of(), Health.UNASKED, NOW)
                .getInitContainerStatuses()
                .get(0);
    }

    private String phase(String policy, int exitCode) {
        return computer.compute(pod(policy), observed(State.EXITED, exitCode), Map.of(), Health.UNASKED, NOW)
                .getPhase();
    }

    private static ContainerStatus only(PodStatus status) {
        return status.getContainerStatuses().get(0);
    }

    private static PodCondition condition(PodStatus status, String type) {
        return status.getConditions().stream()
                .filter(c -> c.getType().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private static ObservedPod observed(State state, int exitCode) {
        return observed(state, exitCode, "main");
    }

    private static ObservedPod observed(State state, int exitCode, String name) {
        ObservedSandbox sandbox = new ObservedSandbox("s", 0, true, "10.0.0.2", NOW);
        ObservedContainer container = new ObservedContainer(
                "id", "s", name, 0, state, "image", "sha256:1", NOW, NOW, NOW, exitCode, "", "", "");
        return new ObservedPod("u", List.of(sandbox), List.of(container));
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
}
