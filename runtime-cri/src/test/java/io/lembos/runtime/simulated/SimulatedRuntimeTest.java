package io.lembos.runtime.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.ContainerConfig;
import io.lembos.runtime.cri.v1.ContainerEventResponse;
import io.lembos.runtime.cri.v1.ContainerEventType;
import io.lembos.runtime.cri.v1.ContainerState;
import io.lembos.runtime.cri.v1.ContainerStatus;
import io.lembos.runtime.cri.v1.CreateContainerRequest;
import io.lembos.runtime.cri.v1.ImageSpec;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.cri.v1.PullImageRequest;
import io.lembos.runtime.cri.v1.RunPodSandboxRequest;
import io.lembos.runtime.time.FakeRuntimeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatedRuntimeTest {

    private final FakeRuntimeClock clock = new FakeRuntimeClock();
    private final SimulatedRuntime runtime = new SimulatedRuntime(clock, "10.1.0.0/30", List.of("app"));

    @TempDir
    Path logs;

    @Test
    void sleepLastsAsLongAsTheClockSays() {
        String id = start(container("sleep", "5"));

        clock.advance(Duration.ofSeconds(4));
        assertThat(status(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        clock.advance(Duration.ofSeconds(1));

        assertThat(status(id).getState()).isEqualTo(ContainerState.CONTAINER_EXITED);
        assertThat(status(id).getFinishedAt() - status(id).getStartedAt()).isEqualTo(5_000_000_000L);
    }

    @Test
    void scriptRunsItsStepsInOrder() throws IOException {
        String id = start(container("sh", "-c", "echo one; sleep 2; echo two; exit 7"));
        assertThat(Files.readString(logs.resolve("main.log")))
                .isEqualTo("2026-01-02T03:04:05.000000000Z stdout F one\n");

        clock.advance(Duration.ofSeconds(2));

        assertThat(Files.readString(logs.resolve("main.log")))
                .endsWith("2026-01-02T03:04:07.000000000Z stdout F two\n");
        assertThat(status(id).getExitCode()).isEqualTo(7);
    }

    @Test
    void annotationsAreStrongerThanTheCommand() {
        String id = start(container("sleep", "600").toBuilder()
                .putAnnotations("simulated.lembos.io/run-seconds", "3")
                .putAnnotations("simulated.lembos.io/exit-code", "9")
                .build());

        clock.advance(Duration.ofSeconds(3));

        assertThat(status(id).getExitCode()).isEqualTo(9);
    }

    @Test
    void environmentCanScriptToo() {
        ContainerConfig.Builder config = container("server").toBuilder();
        config.addEnvsBuilder().setKey("SIMULATED_EXIT_CODE").setValue("2");

        assertThat(status(start(config.build())).getExitCode()).isEqualTo(2);
    }

    @Test
    void startErrorLeavesTheContainerCreated() {
        ContainerConfig config = container("server").toBuilder()
                .putAnnotations("simulated.lembos.io/start-error", "no such file")
                .build();

        assertThatThrownBy(() -> start(config)).hasMessageContaining("no such file");
    }

    @Test
    void whoIgnoresSigtermIsKilledWhenTheGraceIsOver() throws InterruptedException {
        String id = start(container("server").toBuilder()
                .putAnnotations("simulated.lembos.io/ignore-sigterm", "true")
                .build());

        Thread stop = Thread.ofVirtual().start(() -> runtime.stopContainer(id, Duration.ofSeconds(30)));
        while (stop.isAlive()) {
            clock.advance(Duration.ofSeconds(1));
            stop.join(Duration.ofMillis(1));
        }

        assertThat(status(id).getExitCode()).isEqualTo(137);
    }

    @Test
    void eventsComeInOrder() {
        List<ContainerEventType> types = new ArrayList<>();
        runtime.containerEvents().subscribe().with((ContainerEventResponse e) -> types.add(e.getContainerEventType()));

        String id = start(container("true"));
        runtime.removeContainer(id);

        assertThat(types)
                .containsExactly(
                        ContainerEventType.CONTAINER_CREATED_EVENT,
                        ContainerEventType.CONTAINER_STARTED_EVENT,
                        ContainerEventType.CONTAINER_STOPPED_EVENT,
                        ContainerEventType.CONTAINER_DELETED_EVENT);
    }

    @Test
    void addressesRunOutAndComeBack() {
        String only = sandbox("a");
        assertThatThrownBy(() -> sandbox("b"))
                .isInstanceOfSatisfying(
                        ContainerRuntimeException.class,
                        e -> assertThat(e.code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));

        runtime.removePodSandbox(only);

        assertThat(runtime.podSandboxStatus(sandbox("c")).getNetwork().getIp()).isEqualTo("10.1.0.2");
    }

    @Test
    void anyImageCanBePulledExceptFromMissingRegistries() {
        runtime.images().pullImage(pull("ghcr.io/a/b:1"));
        assertThat(runtime.images().findImage("ghcr.io/a/b:1")).isPresent();
        assertThatThrownBy(() -> runtime.images().pullImage(pull("missing.example.com/a:1")))
                .isInstanceOfSatisfying(
                        ContainerRuntimeException.class,
                        e -> assertThat(e.isNotFound()).isTrue());
    }

    private static PullImageRequest pull(String reference) {
        return PullImageRequest.newBuilder()
                .setImage(ImageSpec.newBuilder().setImage(reference))
                .build();
    }

    private String sandbox(String uid) {
        PodSandboxConfig.Builder config = PodSandboxConfig.newBuilder().setLogDirectory(logs.toString());
        config.getMetadataBuilder().setName("pod").setUid(uid);
        return runtime.runPodSandbox(
                RunPodSandboxRequest.newBuilder().setConfig(config).build());
    }

    private String start(ContainerConfig config) {
        String id = runtime.createContainer(CreateContainerRequest.newBuilder()
                .setPodSandboxId(sandbox("uid"))
                .setConfig(config)
                .build());
        runtime.startContainer(id);
        return id;
    }

    private static ContainerConfig container(String... command) {
        ContainerConfig.Builder config = ContainerConfig.newBuilder().setLogPath("main.log");
        config.getMetadataBuilder().setName("main");
        config.getImageBuilder().setImage("app");
        return config.addAllCommand(List.of(command)).build();
    }

    private ContainerStatus status(String id) {
        return runtime.containerStatus(id);
    }
}
