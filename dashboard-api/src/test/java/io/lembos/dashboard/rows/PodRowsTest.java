package io.lembos.dashboard.rows;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.dashboard.Samples;
import org.junit.jupiter.api.Test;

class PodRowsTest {

    @Test
    void runningPod() throws Exception {
        Pod pod = Samples.runningPod("default", "web-1");
        pod.getMetadata().setUid("u1");
        pod.getMetadata().setResourceVersion("42");
        pod.getMetadata().setCreationTimestamp("2026-01-02T03:04:05Z");

        JsonNode row = new ObjectMapper().readTree(PodRows.of(pod).json());

        assertThat(row.get("uid").asText()).isEqualTo("u1");
        assertThat(row.get("resourceVersion").asText()).isEqualTo("42");
        assertThat(row.get("namespace").asText()).isEqualTo("default");
        assertThat(row.get("name").asText()).isEqualTo("web-1");
        assertThat(row.get("created").asText()).isEqualTo("2026-01-02T03:04:05Z");
        JsonNode cells = row.get("cells");
        assertThat(cells.get("status").asText()).isEqualTo("Running");
        assertThat(cells.get("ready").asText()).isEqualTo("1/1");
        assertThat(cells.get("ip").asText()).isEqualTo("10.42.0.7");
        assertThat(cells.get("node").asText()).isEqualTo("alpha");
        assertThat(cells.get("images").asText()).isEqualTo("registry.example/web:1");
    }

    @Test
    void waitingContainerSaysWhy() throws Exception {
        JsonNode cells =
                cells(Samples.waitingPod("default", "p", "ImagePullBackOff", "Back-off pulling image \"nope\""));

        assertThat(cells.get("status").asText()).isEqualTo("ImagePullBackOff");
        assertThat(cells.get("message").asText()).isEqualTo("Back-off pulling image \"nope\"");
        assertThat(cells.get("restarts").asInt()).isEqualTo(3);
        assertThat(cells.get("lastRestart").asText()).isEqualTo("2026-01-02T03:00:00Z");
        assertThat(cells.get("ready").asText()).isEqualTo("0/1");
    }

    @Test
    void unschedulablePodSaysWhatTheSchedulerSaid() throws Exception {
        Pod pod = new PodBuilder(Samples.pendingPod("default", "p"))
                .editStatus()
                .addNewCondition()
                .withType("PodScheduled")
                .withStatus("False")
                .withReason("Unschedulable")
                .withMessage("0/1 nodes are available: 1 Insufficient cpu.")
                .endCondition()
                .endStatus()
                .build();

        assertThat(cells(pod).get("status").asText()).isEqualTo("Pending");
        assertThat(cells(pod).get("message").asText()).isEqualTo("0/1 nodes are available: 1 Insufficient cpu.");
    }

    @Test
    void deletionShowsUntilThePodHasEnded() throws Exception {
        Pod running = Samples.runningPod("default", "p");
        running.getMetadata().setDeletionTimestamp("2026-01-02T03:04:05Z");
        assertThat(cells(running).get("status").asText()).isEqualTo("Terminating");

        Pod done = terminated("Completed", 0);
        done.getStatus().setPhase("Succeeded");
        done.getMetadata().setDeletionTimestamp("2026-01-02T03:04:05Z");
        assertThat(cells(done).get("status").asText()).isEqualTo("Completed");

        running.getStatus().setReason("NodeLost");
        assertThat(cells(running).get("status").asText()).isEqualTo("Unknown");
    }

    @Test
    void terminatedContainerWithoutReasonShowsItsExitCode() throws Exception {
        assertThat(cells(terminated("", 137)).get("status").asText()).isEqualTo("ExitCode:137");
        assertThat(cells(terminated("Error", 1)).get("status").asText()).isEqualTo("Error");
    }

    @Test
    void initContainersComeFirst() throws Exception {
        Pod pod = withInit(null, "Pending");
        assertThat(cells(pod).get("status").asText()).isEqualTo("Init:0/1");

        pod.getStatus().getInitContainerStatuses().get(0).getState().setRunning(null);
        pod.getStatus()
                .getInitContainerStatuses()
                .get(0)
                .setState(new io.fabric8.kubernetes.api.model.ContainerStateBuilder()
                        .withNewWaiting("", "CrashLoopBackOff")
                        .build());
        assertThat(cells(pod).get("status").asText()).isEqualTo("Init:CrashLoopBackOff");
    }

    @Test
    void runningSidecarCountsAsReadyContainer() throws Exception {
        Pod pod = withInit("Always", "Running");
        assertThat(cells(pod).get("status").asText()).isEqualTo("Running");
        assertThat(cells(pod).get("ready").asText()).isEqualTo("2/2");
        assertThat(cells(pod).get("restarts").asInt()).isEqualTo(4);
    }

    @Test
    void podWithoutStatusIsShown() throws Exception {
        Pod pod = Samples.pendingPod("default", "p");
        pod.setStatus(null);
        assertThat(cells(pod).get("ready").asText()).isEqualTo("0/1");
    }

    private static Pod withInit(String restartPolicy, String phase) {
        return new PodBuilder(Samples.runningPod("default", "p"))
                .editSpec()
                .addNewInitContainer()
                .withName("first")
                .withRestartPolicy(restartPolicy)
                .endInitContainer()
                .endSpec()
                .editStatus()
                .withPhase(phase)
                .addNewInitContainerStatus()
                .withName("first")
                .withReady(true)
                .withStarted(true)
                .withRestartCount(4)
                .withNewState()
                .withNewRunning()
                .endRunning()
                .endState()
                .endInitContainerStatus()
                .endStatus()
                .build();
    }

    private static Pod terminated(String reason, int exitCode) {
        return new PodBuilder(Samples.pendingPod("default", "p"))
                .editStatus()
                .addNewContainerStatus()
                .withName("main")
                .withReady(false)
                .withRestartCount(0)
                .withNewState()
                .withNewTerminated()
                .withReason(reason)
                .withExitCode(exitCode)
                .endTerminated()
                .endState()
                .endContainerStatus()
                .endStatus()
                .build();
    }

    private static JsonNode cells(Pod pod) throws Exception {
        return new ObjectMapper().readTree(PodRows.of(pod).json()).get("cells");
    }
}
