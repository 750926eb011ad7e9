package io.lembos.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.lembos.runtime.cri.v1.Container;
import io.lembos.runtime.cri.v1.ContainerConfig;
import io.lembos.runtime.cri.v1.ContainerFilter;
import io.lembos.runtime.cri.v1.ContainerMetadata;
import io.lembos.runtime.cri.v1.ContainerState;
import io.lembos.runtime.cri.v1.ContainerStatus;
import io.lembos.runtime.cri.v1.CreateContainerRequest;
import io.lembos.runtime.cri.v1.ExecSyncRequest;
import io.lembos.runtime.cri.v1.ExecSyncResponse;
import io.lembos.runtime.cri.v1.Image;
import io.lembos.runtime.cri.v1.ImageSpec;
import io.lembos.runtime.cri.v1.PodSandbox;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.cri.v1.PodSandboxFilter;
import io.lembos.runtime.cri.v1.PodSandboxMetadata;
import io.lembos.runtime.cri.v1.PodSandboxState;
import io.lembos.runtime.cri.v1.PullImageRequest;
import io.lembos.runtime.cri.v1.RunPodSandboxRequest;
import io.lembos.runtime.cri.v1.RuntimeCondition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every runtime promises, run on each of them. The image has busybox at /bin/busybox. */
public abstract class ContainerRuntimeContract {

    /** Present on the node, and written as a user writes it. */
    public static final String IMAGE = "busybox-test:1";

    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path logs;

    protected abstract ContainerRuntime runtime();

    protected abstract ImageService images();

    @AfterEach
    void removeAllPods() {
        sandboxes().forEach(sandbox -> runtime().removePodSandbox(sandbox.getId()));
    }

    @Test
    void saysItsNameAndIsReady() {
        assertThat(runtime().version().getRuntimeApiVersion()).isEqualTo("v1");
        assertThat(runtime().status().getStatus().getConditionsList())
                .filteredOn(RuntimeCondition::getStatus)
                .extracting(RuntimeCondition::getType)
                .contains("RuntimeReady", "NetworkReady");
    }

    @Test
    void sandboxIsReadyWithAnAddressOfItsOwn() {
        PodSandboxConfig first = podConfig();
        String firstId = runSandbox(first);
        String secondId = runSandbox(podConfig());

        var status = runtime().podSandboxStatus(firstId);
        assertThat(status.getState()).isEqualTo(PodSandboxState.SANDBOX_READY);
        assertThat(status.getMetadata()).isEqualTo(first.getMetadata());
        assertThat(status.getLabelsMap()).isEqualTo(first.getLabelsMap());
        assertThat(status.getAnnotationsMap()).isEqualTo(first.getAnnotationsMap());
        assertThat(status.getNetwork().getIp())
                .matches("\\d+\\.\\d+\\.\\d+\\.\\d+")
                .isNotEqualTo(runtime().podSandboxStatus(secondId).getNetwork().getIp());
    }

    @Test
    void sandboxesAreListedByLabel() {
        String wanted =
                runSandbox(podConfig().toBuilder().putLabels("tier", "web").build());
        runSandbox(podConfig());

        PodSandboxFilter web =
                PodSandboxFilter.newBuilder().putLabelSelector("tier", "web").build();
        assertThat(runtime().listPodSandboxes(web))
                .extracting(PodSandbox::getId)
                .containsExactly(wanted);
        assertThat(sandboxes()).hasSize(2);
    }

    @Test
    void stoppedSandboxIsNotReadyAndItsContainersHaveExited() {
        PodSandboxConfig config = podConfig();
        String sandbox = runSandbox(config);
        String container = startContainer(sandbox, config, "sleep", "600");

        runtime().stopPodSandbox(sandbox);
        runtime().stopPodSandbox(sandbox);

        assertThat(runtime().podSandboxStatus(sandbox).getState()).isEqualTo(PodSandboxState.SANDBOX_NOTREADY);
        assertThat(runtime().containerStatus(container).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
    }

    @Test
    void removedSandboxTakesItsContainersAlong() {
        PodSandboxConfig config = podConfig();
        String sandbox = runSandbox(config);
        startContainer(sandbox, config, "sleep", "600");

        runtime().removePodSandbox(sandbox);

        assertThat(sandboxes()).isEmpty();
        assertThat(containers()).isEmpty();
    }

    @Test
    void containerGoesFromCreatedToExitedWithItsCode() {
        PodSandboxConfig config = podConfig();
        String id = createContainer(runSandbox(config), config, "sh", "-c", "exit 3");
        assertThat(runtime().containerStatus(id).getState()).isEqualTo(ContainerState.CONTAINER_CREATED);

        runtime().startContainer(id);

        ContainerStatus status = awaitExit(id);
        assertThat(status.getExitCode()).isEqualTo(3);
        assertThat(status.getReason()).isEqualTo("Error");
        // Not of each other: for a process that ends at once, containerd may note the end before the start.
        assertThat(status.getStartedAt()).isGreaterThanOrEqualTo(status.getCreatedAt());
        assertThat(status.getFinishedAt()).isGreaterThanOrEqualTo(status.getCreatedAt());
    }

    @Test
    void successHasCodeZeroAndItsReason() {
        PodSandboxConfig config = podConfig();

        ContainerStatus status = awaitExit(startContainer(runSandbox(config), config, "true"));

        assertThat(status.getExitCode()).isZero();
        assertThat(status.getReason()).isEqualTo("Completed");
    }

    @Test
    void linesOfBothOutputsAreInTheLogInCriFormat() throws IOException {
        PodSandboxConfig config = podConfig();
        String id = startContainer(runSandbox(config), config, "sh", "-c", "echo hello world; echo oops >&2; exit 0");

        ContainerStatus status = awaitExit(id);

        Path log = Path.of(status.getLogPath());
        assertThat(log).isEqualTo(logs.resolve("main_0.log"));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(Files.readAllLines(log)).hasSize(2));
        String time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)";
        assertThat(Files.readAllLines(log))
                .anySatisfy(line -> assertThat(line).matches(time + " stdout F hello world"))
                .anySatisfy(line -> assertThat(line).matches(time + " stderr F oops"));
    }

    @Test
    void runningContainerIsStoppedAndRemoved() {
        PodSandboxConfig config = podConfig();
        String id = startContainer(runSandbox(config), config, "sleep", "600");
        assertThat(runtime().containerStatus(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);

        runtime().stopContainer(id, Duration.ofSeconds(1));
        runtime().stopContainer(id, Duration.ofSeconds(1));
        ContainerStatus status = runtime().containerStatus(id);
        assertThat(status.getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        assertThat(status.getExitCode()).isIn(137, 143);

        runtime().removeContainer(id);
        runtime().removeContainer(id);
        assertThat(containers()).isEmpty();
    }

    @Test
    void containersAreListedByStateAndSandbox() {
        PodSandboxConfig config = podConfig();
        String sandbox = runSandbox(config);
        String running = startContainer(sandbox, config, "sleep", "600");
        PodSandboxConfig other = podConfig();
        String otherSandbox = runSandbox(other);
        createContainer(otherSandbox, other, "sleep", "600");

        var inSandbox = ContainerFilter.newBuilder().setPodSandboxId(sandbox).build();
        var runningOnly = ContainerFilter.newBuilder();
        runningOnly.getStateBuilder().setState(ContainerState.CONTAINER_RUNNING);
        assertThat(runtime().listContainers(inSandbox))
                .extracting(Container::getId)
                .containsExactly(running);
        assertThat(runtime().listContainers(runningOnly.build()))
                .extracting(Container::getId)
                .containsExactly(running);
        assertThat(containers()).hasSize(2);
    }

    @Test
    void execRunsInTheContainer() {
        PodSandboxConfig config = podConfig();
        String id = startContainer(runSandbox(config), config, "sleep", "600");

        ExecSyncResponse response = runtime()
                .execSync(ExecSyncRequest.newBuilder()
                        .setContainerId(id)
                        .addAllCmd(List.of("/bin/busybox", "sh", "-c", "echo inside; exit 4"))
                        .setTimeout(20)
                        .build());

        assertThat(response.getStdout().toStringUtf8()).isEqualTo("inside\n");
        assertThat(response.getExitCode()).isEqualTo(4);
    }

    @Test
    void statsOfARunningContainerAreThere() {
        PodSandboxConfig config = podConfig();
        String id = startContainer(runSandbox(config), config, "sleep", "600");

        var stats = runtime().containerStats(id);

        assertThat(stats.getAttributes().getId()).isEqualTo(id);
        assertThat(stats.getCpu().getTimestamp()).isPositive();
        assertThat(stats.getMemory().getWorkingSetBytes().getValue()).isPositive();
    }

    @Test
    void absentObjectsAreNotFound() {
        String absent = "0".repeat(64);
        assertNotFound(() -> runtime().podSandboxStatus(absent));
        assertNotFound(() -> runtime().containerStatus(absent));
        assertNotFound(() -> runtime().startContainer(absent));
        assertNotFound(() -> runtime().containerStats(absent));
        assertNotFound(() -> runtime()
                .execSync(ExecSyncRequest.newBuilder()
                        .setContainerId(absent)
                        .addCmd("true")
                        .build()));
    }

    @Test
    void absentObjectsAreStoppedAndRemovedInPeace() {
        String absent = "0".repeat(64);
        runtime().stopContainer(absent, Duration.ZERO);
        runtime().removeContainer(absent);
        runtime().stopPodSandbox(absent);
        runtime().removePodSandbox(absent);
        images().removeImage(ImageSpec.newBuilder().setImage("never-seen:1").build());
    }

    @Test
    void containerOfAnAbsentImageIsRefused() {
        PodSandboxConfig config = podConfig();
        String sandbox = runSandbox(config);
        ContainerConfig container = containerConfig("true").toBuilder()
                .setImage(ImageSpec.newBuilder().setImage("never-seen:1"))
                .build();

        assertThatThrownBy(() -> runtime().createContainer(request(sandbox, config, container)))
                .isInstanceOf(ContainerRuntimeException.class)
                .hasMessageContaining("not found");
        assertThat(containers()).isEmpty();
    }

    @Test
    void imageIsFoundByTheShortNameOfThePodAndByItsFullName() {
        Image image = images().findImage(IMAGE).orElseThrow();
        assertThat(image.getRepoTagsList()).contains("docker.io/library/" + IMAGE);
        assertThat(images().findImage("docker.io/library/" + IMAGE)).contains(image);
        assertThat(images().findImage(image.getId())).contains(image);
        assertThat(image.getSize()).isPositive();
        assertThat(images().findImage("never-seen:1")).isEmpty();
    }

    @Test
    void pullOfAnImageThatDoesNotExistSaysWhich() {
        ImageSpec absent = ImageSpec.newBuilder()
                .setImage("missing.invalid/nobody/nothing:1")
                .build();

        assertThatThrownBy(() -> images().pullImage(
                                PullImageRequest.newBuilder().setImage(absent).build()))
                .isInstanceOf(ContainerRuntimeException.class)
                .hasMessageContaining("missing.invalid/nobody/nothing:1");
    }

    protected PodSandboxConfig podConfig() {
        String uid = UUID.randomUUID().toString();
        return PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName("pod-" + uid.substring(0, 8))
                        .setUid(uid)
                        .setNamespace("default"))
                .setHostname("pod")
                .setLogDirectory(logs.toString())
                .putLabels("app", "contract")
                .putAnnotations("note", "kept as it is")
                .build();
    }

    protected String runSandbox(PodSandboxConfig config) {
        return runtime()
                .runPodSandbox(
                        RunPodSandboxRequest.newBuilder().setConfig(config).build());
    }

    protected String startContainer(String sandbox, PodSandboxConfig config, String... command) {
        String id = createContainer(sandbox, config, command);
        runtime().startContainer(id);
        return id;
    }

    private String createContainer(String sandbox, PodSandboxConfig config, String... command) {
        return runtime().createContainer(request(sandbox, config, containerConfig(command)));
    }

    private static CreateContainerRequest request(String sandbox, PodSandboxConfig config, ContainerConfig container) {
        return CreateContainerRequest.newBuilder()
                .setPodSandboxId(sandbox)
                .setSandboxConfig(config)
                .setConfig(container)
                .build();
    }

    private static ContainerConfig containerConfig(String... command) {
        return ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName("main"))
                .setImage(ImageSpec.newBuilder().setImage(IMAGE))
                .addCommand("/bin/busybox")
                .addAllArgs(List.of(command))
                .setLogPath("main_0.log")
                .build();
    }

    private ContainerStatus awaitExit(String id) {
        return await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> runtime().containerStatus(id),
                        status -> status.getState() == ContainerState.CONTAINER_EXITED);
    }

    private List<PodSandbox> sandboxes() {
        return runtime().listPodSandboxes(PodSandboxFilter.getDefaultInstance());
    }

    private List<Container> containers() {
        return runtime().listContainers(ContainerFilter.getDefaultInstance());
    }

    private static void assertNotFound(Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        ContainerRuntimeException.class,
                        e -> assertThat(e.code()).isEqualTo(Status.Code.NOT_FOUND));
    }
}
