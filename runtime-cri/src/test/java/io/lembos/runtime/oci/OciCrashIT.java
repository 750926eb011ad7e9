package io.lembos.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lembos.runtime.cri.v1.Container;
import io.lembos.runtime.cri.v1.ContainerFilter;
import io.lembos.runtime.cri.v1.ContainerState;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.cri.v1.PodSandboxFilter;
import io.lembos.runtime.process.LinuxProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The runtime's process is killed at any moment; the next one finds what runs and leaves nothing of what was half done. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class OciCrashIT {
    private static final int KILLS = 24;
    /** A round of the program takes some twenty of these. */
    private static final int STEP_MILLIS = 40;

    private OciNode node;
    private OciPods pods;

    @TempDir
    Path logs;

    @BeforeEach
    void open() throws IOException {
        node = new OciNode();
        pods = new OciPods(node);
    }

    @AfterEach
    void close() throws IOException {
        node.close();
    }

    @Test
    void nothingIsLeftOfWhatWasHalfDoneAndNothingIsLostOfWhatWasDone() throws Exception {
        for (int kill = 0; kill < KILLS; kill++) {
            node.runtime().close();
            killed(kill * STEP_MILLIS);

            node.open();

            List<Container> found = node.runtime().listContainers(ContainerFilter.getDefaultInstance());
            int sandboxes = node.runtime()
                    .listPodSandboxes(PodSandboxFilter.getDefaultInstance())
                    .size();
            assertThat(node.settings.containers().toFile().list()).hasSize(found.size());
            assertThat(node.settings.sandboxes().toFile().list()).hasSize(sandboxes);
            for (Container container : found) {
                if (container.getState() == ContainerState.CONTAINER_RUNNING) {
                    pods.exec(container.getId(), "true");
                }
            }
            node.removePods();
            node.assertNothingIsLeft();
        }
    }

    /** Starts the program and kills it some time after it has begun. */
    private void killed(int millis) throws Exception {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OciCrashProgram.class.getName(),
                        node.settings.root().toString(),
                        Integer.toString(node.number))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine()).isEqualTo("begin");
            assertThat(program.waitFor(millis, TimeUnit.MILLISECONDS)).isFalse();
        } finally {
            program.destroyForcibly().waitFor();
        }
    }

    @Test
    void runningContainersGoOnAndSoDoTheirLogs() throws Exception {
        PodSandboxConfig config =
                pods.grouped().toBuilder().setLogDirectory(logs.toString()).build();
        String id = pods.create(
                pods.sandbox(config),
                config,
                OciPods.container("sh", "-c", "while true; do echo line; /bin/busybox sleep 0.05; done")
                        .setLogPath("main.log")
                        .build());
        node.runtime().startContainer(id);
        node.runtime().close();
        killed(0);

        node.open();

        assertThat(node.runtime().containerStatus(id).getState()).isEqualTo(ContainerState.CONTAINER_RUNNING);
        Path log = logs.resolve("main.log");
        long before = Files.size(log);
        await().atMost(OciPods.LIMIT).until(() -> Files.size(log) > before);
        node.runtime().stopContainer(id, Duration.ZERO);
        assertThat(node.runtime().containerStatus(id).getExitCode()).isEqualTo(137);
    }

    @Test
    void thirtyContainersStartAtOnceAndEndAtOnce() {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            CompletableFuture<Void> one = new CompletableFuture<>();
            all.add(one);
            Thread.ofVirtual().start(() -> {
                try {
                    String sandbox = pods.sandbox();
                    String id = pods.startIn(
                            sandbox, OciPods.container("sleep", "606").build());
                    assertThat(node.runtime().containerStatus(id).getState())
                            .isEqualTo(ContainerState.CONTAINER_RUNNING);
                    node.runtime().removePodSandbox(sandbox);
                    one.complete(null);
                } catch (RuntimeException | AssertionError e) {
                    one.completeExceptionally(e);
                }
            });
        }
        all.forEach(CompletableFuture::join);
        assertThat(LinuxProcess.all().filter(p -> p.hasOption("sleep", "606"))).isEmpty();
    }
}
