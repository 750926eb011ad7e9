package io.lembos.kubelet.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers of the simulated runtime use a thousandth of a core. */
class NodeStatsTest {
    private static final String IMAGE = "example.com/image:1";
    private static final long THOUSANDTH = 1_000_000;

    @TempDir
    Path folder;

    private final FakeClock clock = new FakeClock(Instant.parse("2026-01-01T12:00:00Z"));
    private final SimulatedRuntime runtime = new SimulatedRuntime(runtimeClock(), "10.0.0.0/24", List.of(IMAGE));
    private NodeStats stats;

    @BeforeEach
    void runAPod() {
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
        stats = new NodeStats(runtime, config, clock);
        Map<String, String> labels =
                Map.of(Labels.CLUSTER, "c", Labels.POD_NAMESPACE, "default", Labels.POD_NAME, "p", Labels.POD_UID, "u");
        PodSandboxConfig pod = PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName("p")
                        .setNamespace("default")
                        .setUid("u"))
                .putAllLabels(labels)
                .build();
        String sandbox = runtime.runPodSandbox(
                RunPodSandboxRequest.newBuilder().setConfig(pod).build());
        for (String name : List.of("one", "two")) {
            runtime.startContainer(runtime.createContainer(CreateContainerRequest.newBuilder()
                    .setPodSandboxId(sandbox)
                    .setSandboxConfig(pod)
                    .setConfig(ContainerConfig.newBuilder()
                            .setMetadata(ContainerMetadata.newBuilder().setName(name))
                            .setImage(ImageSpec.newBuilder().setImage(IMAGE))
                            .putAllLabels(labels)
                            .putLabels(Labels.CONTAINER_NAME, name))
                    .build()));
        }
    }

    @Test
    void whoAsksAfterALongTimeGetsTheSpeedOfNow() throws Exception {
        clock.advance(Duration.ofHours(1));
        CompletableFuture<ObjectNode> asked = ask();
        await().until(() -> clock.pending() == 1);
        assertThat(asked).as("between two readings").isNotDone();
        clock.advance(Duration.ofSeconds(1));

        JsonNode summary = asked.get();
        JsonNode container = summary.at("/pods/0/containers/0");
        assertThat(container.at("/name").asText()).isEqualTo("one");
        assertThat(container.at("/startTime").asText()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(container.at("/cpu/usageNanoCores").asLong()).isEqualTo(THOUSANDTH);
        assertThat(container.at("/cpu/usageWindowNanoSeconds").asLong()).isEqualTo(1_000_000_000);
        assertThat(summary.at("/pods/0/cpu/usageNanoCores").asLong())
                .as("of both containers")
                .isEqualTo(2 * THOUSANDTH);
        assertThat(summary.at("/node/cpu").has("usageNanoCores")).isTrue();

        clock.advance(Duration.ofSeconds(30));
        JsonNode again = ask().get();
        assertThat(again.at("/pods/0/cpu/usageWindowNanoSeconds").asLong()).isEqualTo(31_000_000_000L);
        assertThat(again.at("/pods/0/cpu/usageNanoCores").asLong()).isEqualTo(2 * THOUSANDTH);
    }

    private CompletableFuture<ObjectNode> ask() {
        CompletableFuture<ObjectNode> answer = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                answer.complete(stats.summary());
            } catch (IOException | InterruptedException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
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
