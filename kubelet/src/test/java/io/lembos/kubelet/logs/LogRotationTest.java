package io.lembos.kubelet.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.api.time.FakeClock;
import io.lembos.kubelet.KubeletConfig;
import io.lembos.kubelet.container.Labels;
import io.lembos.kubelet.pod.CrashBackOff;
import io.lembos.runtime.cri.v1.ContainerConfig;
import io.lembos.runtime.cri.v1.ContainerMetadata;
import io.lembos.runtime.cri.v1.CreateContainerRequest;
import io.lembos.runtime.cri.v1.ImageSpec;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.cri.v1.PodSandboxMetadata;
import io.lembos.runtime.cri.v1.RunPodSandboxRequest;
import io.lembos.runtime.simulated.SimulatedRuntime;
import io.lembos.runtime.time.RuntimeClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRotationTest {
    private static final String IMAGE = "example.com/image:1";
    private static final int LIMIT = 1_000;
    private static final int FILES = 3;

    @TempDir
    Path folder;

    private final FakeClock clock = new FakeClock(Instant.parse("2026-01-01T12:00:00Z"));
    private final SimulatedRuntime runtime = new SimulatedRuntime(runtimeClock(), "10.0.0.0/24", List.of(IMAGE));
    private LogRotation rotation;
    private Path log;

    @BeforeEach
    void runContainer() {
        KubeletConfig config = new KubeletConfig(
                "c",
                "n",
                "127.0.0.1",
                0,
                folder,
                folder,
                "",
                Map.of(),
                folder,
                folder,
                folder,
                CrashBackOff.MAX,
                "v1.36.0");
        Path logs = config.logDirectory("default", "p", "u");
        log = logs.resolve("main").resolve("0.log");
        Map<String, String> labels =
                Map.of(Labels.CLUSTER, "c", Labels.POD_NAMESPACE, "default", Labels.POD_NAME, "p", Labels.POD_UID, "u");
        PodSandboxConfig pod = PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName("p")
                        .setNamespace("default")
                        .setUid("u"))
                .setLogDirectory(logs.toString())
                .putAllLabels(labels)
                .build();
        String sandbox = runtime.runPodSandbox(
                RunPodSandboxRequest.newBuilder().setConfig(pod).build());
        runtime.startContainer(runtime.createContainer(CreateContainerRequest.newBuilder()
                .setPodSandboxId(sandbox)
                .setSandboxConfig(pod)
                .setConfig(ContainerConfig.newBuilder()
                        .setMetadata(ContainerMetadata.newBuilder().setName("main"))
                        .setImage(ImageSpec.newBuilder().setImage(IMAGE))
                        .setLogPath("main/0.log")
                        .putAllLabels(labels))
                .build()));
        rotation = new LogRotation(runtime, config, new LogRotation.Limits(LIMIT, FILES), clock, () -> false);
    }

    @Test
    void smallLogStaysAsItIs() throws IOException {
        fill('a', LIMIT);
        rotation.round();
        assertThat(files()).containsExactly("0.log");
    }

    @Test
    void largeLogIsPutAsideAndTheRuntimeBeginsANewOne() throws IOException {
        fill('a', LIMIT + 1);
        rotation.round();

        assertThat(files()).hasSize(2).first().isEqualTo("0.log");
        assertThat(Files.size(log)).isZero();
        assertThat(Files.readString(aside(0))).hasSize(LIMIT + 1);
    }

    @Test
    void olderPartsAreCompressedAndTheOldestGo() throws IOException {
        for (char c = 'a'; c <= 'e'; c++) {
            fill(c, LIMIT + 1);
            rotation.round();
            clock.advance(Duration.ofSeconds(10));
        }

        assertThat(files()).hasSize(FILES);
        assertThat(Files.readString(aside(1))).startsWith("e");
        try (var text = new GZIPInputStream(Files.newInputStream(aside(0)))) {
            assertThat(new String(text.readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("d")
                    .hasSize(LIMIT + 1);
        }
    }

    @Test
    void whatAKilledRoundLeftIsRemoved() throws IOException {
        Files.createDirectories(log.getParent());
        Files.writeString(log.resolveSibling("0.log.20250101-000000"), "whole");
        Files.writeString(log.resolveSibling("0.log.20250101-000000.gz"), "whole");
        Files.writeString(log.resolveSibling("0.log.20250101-000010.tmp"), "half");
        fill('a', LIMIT + 1);
        rotation.round();

        assertThat(files())
                .contains("0.log.20250101-000000.gz")
                .doesNotContain("0.log.20250101-000000", "0.log.20250101-000010.tmp");
    }

    private void fill(char c, int bytes) throws IOException {
        Files.createDirectories(log.getParent());
        Files.writeString(log, String.valueOf(c).repeat(bytes));
    }

    private Path aside(int number) throws IOException {
        return RotatedLogs.of(log).get(number);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(log.getParent())) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private RuntimeClock runtimeClock() {
        return new RuntimeClock() {
            @Override
            public Instant now() {
                return clock.now();
            }

            @Override
            public Runnable after(Duration delay, Runnable task) {
                return clock.after(delay, task)::cancel;
            }
        };
    }
}
