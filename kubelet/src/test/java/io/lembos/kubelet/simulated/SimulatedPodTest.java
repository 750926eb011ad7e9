package io.lembos.kubelet.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SimulatedPodTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00.7Z");

    @Test
    void newPodRunsAtOnceWithItsInitContainersDoneAndItsSidecarsRunning() {
        Pod pod = new PodBuilder(pod("Always", null, 0))
                .editSpec()
                .addNewInitContainer()
                .withName("first")
                .withImage("i")
                .endInitContainer()
                .addNewInitContainer()
                .withName("side")
                .withImage("i")
                .withRestartPolicy("Always")
                .endInitContainer()
                .endSpec()
                .build();
        SimulatedPod.Step step = step(pod, START);

        assertThat(step.status().getPhase()).isEqualTo("Running");
        assertThat(step.status().getPodIP()).isEqualTo("10.128.0.1");
        assertThat(step.status().getHostIP()).isEqualTo("10.192.0.1");
        assertThat(step.status().getStartTime()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(step.status().getConditions())
                .hasSize(5)
                .allMatch(c -> c.getStatus().equals("True"));
        ContainerStatus init = step.status().getInitContainerStatuses().get(0);
        assertThat(init.getState().getTerminated().getReason()).isEqualTo("Completed");
        assertThat(step.status().getInitContainerStatuses().get(1).getState().getRunning())
                .isNotNull();
        assertThat(step.lookAgain()).isEmpty();
    }

    @Test
    void aPodThatHasNothingToDoStaysAsItIs() {
        Pod running = with(
                pod("Always", "60s", 0), step(pod("Always", "60s", 0), START).status());
        SimulatedPod.Step later = step(running, START.plusSeconds(20));

        assertThat(SimulatedPod.says(running.getStatus(), later.status())).isTrue();
        assertThat(later.status()).isEqualTo(running.getStatus());
        // Statuses count whole seconds.
        assertThat(later.lookAgain()).contains(Duration.ofMillis(39_300));
    }

    @Test
    void endIsThatOfTheRestartPolicy() {
        assertThat(phaseAfterEnd("Never", 0)).isEqualTo("Succeeded");
        assertThat(phaseAfterEnd("Never", 3)).isEqualTo("Failed");
        assertThat(phaseAfterEnd("OnFailure", 0)).isEqualTo("Succeeded");
        assertThat(phaseAfterEnd("OnFailure", 3)).isEqualTo("Running");
        assertThat(phaseAfterEnd("Always", 0)).isEqualTo("Running");
    }

    @Test
    void containerThatKeepsEndingWaitsLongerAndLonger() {
        Pod pod = pod("Always", "1s", 3);
        Instant now = START;
        StringBuilder history = new StringBuilder();
        for (int i = 0; i < 9; i++) {
            SimulatedPod.Step step = step(pod, now);
            pod = with(pod, step.status());
            ContainerStatus main = main(step.status());
            history.append(main.getRestartCount())
                    .append(main.getState().getRunning() == null ? "w" : "r")
                    .append(step.lookAgain().orElseThrow().toSeconds())
                    .append(' ');
            now = now.plus(step.lookAgain().orElseThrow());
        }
        assertThat(history.toString()).isEqualTo("0r0 1r1 1w10 2r1 2w20 3r1 3w40 4r1 4w80 ");
        ContainerStatus main = main(pod.getStatus());
        assertThat(main.getState().getWaiting().getReason()).isEqualTo("CrashLoopBackOff");
        assertThat(main.getState().getWaiting().getMessage())
                .isEqualTo("back-off 1m20s restarting failed container=main pod=p_ns(u)");
        assertThat(main.getLastState().getTerminated().getExitCode()).isEqualTo(3);
    }

    @Test
    void deletedPodStopsWhatRuns() {
        Pod running =
                with(pod("Never", null, 0), step(pod("Never", null, 0), START).status());
        Pod dying = new PodBuilder(running)
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:30Z")
                .endMetadata()
                .build();
        PodStatus stopped = simulated(dying, START.plusSeconds(9)).stop();

        assertThat(stopped.getPhase()).isEqualTo("Succeeded");
        assertThat(main(stopped).getState().getTerminated().getFinishedAt()).isEqualTo("2026-01-01T00:00:09Z");
    }

    private String phaseAfterEnd(String policy, int code) {
        Pod pod = pod(policy, "5s", code);
        Pod running = with(pod, step(pod, START).status());
        assertThat(running.getStatus().getPhase()).isEqualTo("Running");
        return step(running, START.plusSeconds(5)).status().getPhase();
    }

    private static ContainerStatus main(PodStatus status) {
        return status.getContainerStatuses().get(0);
    }

    private static SimulatedPod.Step step(Pod pod, Instant now) {
        return simulated(pod, now).run();
    }

    private static SimulatedPod simulated(Pod pod, Instant now) {
        return new SimulatedPod(pod, "10.192.0.1", "10.128.0.1", PodScript.of(pod), now);
    }

    private static Pod with(Pod pod, PodStatus status) {
        return new PodBuilder(pod).withStatus(status).build();
    }

    private static Pod pod(String policy, String runFor, int exitCode) {
        Map<String, String> annotations = new HashMap<>();
        Optional.ofNullable(runFor).ifPresent(time -> {
            annotations.put("lembos.io/simulated-run-for", time);
            annotations.put("lembos.io/simulated-exit-code", String.valueOf(exitCode));
        });
        return new PodBuilder()
                .withNewMetadata()
                .withName("p")
                .withNamespace("ns")
                .withUid("u")
                .withAnnotations(annotations)
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
