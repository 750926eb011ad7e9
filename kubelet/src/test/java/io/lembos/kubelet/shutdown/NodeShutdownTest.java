package io.lembos.kubelet.shutdown;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.api.time.FakeClock;
import io.lembos.kubelet.admission.Rejection;
import io.lembos.kubelet.eviction.FakePods;
import io.lembos.kubelet.shutdown.ShutdownSettings.Group;
import io.lembos.kubelet.status.Termination;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class NodeShutdownTest {
    private static final ShutdownSettings SETTINGS = new ShutdownSettings(
            List.of(new Group(2_000_000_000, Duration.ofSeconds(10)), new Group(0, Duration.ofSeconds(20))));

    private final FakeClock clock = new FakeClock(Instant.parse("2026-01-01T12:00:00Z"));
    private final FakePods pods = new FakePods();

    @Test
    void criticalPodsEndAfterTheOthersEachWithinTheirTime() {
        pods.pods.addAll(List.of(pod("critical", 2_000_000_001), pod("web", 5), pod("idle", -5)));
        pods.stubborn.add("web");
        CompletableFuture<Void> done = begin(SETTINGS);

        await().until(() -> pods.names().size() == 2);
        assertThat(pods.names()).containsExactlyInAnyOrder("web", "idle");
        assertThat(pods.told.get("web"))
                .isEqualTo(new Termination(
                        "Terminated",
                        "Pod was terminated in response to imminent node shutdown.",
                        Optional.of(Duration.ofSeconds(20)),
                        true));
        Instant begun = clock.now();
        await().until(() -> {
            clock.advance(Duration.ofMillis(500));
            return done.isDone();
        });
        assertThat(pods.names()).contains("critical");
        assertThat(pods.told.get("critical").graceMax()).contains(Duration.ofSeconds(10));
        assertThat(Duration.between(begun, clock.now())).isGreaterThanOrEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void nodeThatGoesDownTakesNoMorePods() {
        NodeShutdown shutdown = new NodeShutdown(SETTINGS, clock);
        assertThat(shutdown.judge(pod("new", 0))).isEmpty();
        boolean[] told = new boolean[1];
        run(shutdown, () -> told[0] = true);

        assertThat(told[0]).isTrue();
        assertThat(shutdown.hasBegun()).isTrue();
        assertThat(shutdown.judge(pod("new", 0)))
                .contains(new Rejection("NodeShutdown", "Pod was rejected as the node is shutting down."));
    }

    @Test
    void podsRunOnWhereNothingWasSaid() {
        pods.pods.add(pod("web", 0));
        NodeShutdown shutdown = new NodeShutdown(ShutdownSettings.OFF, clock);
        run(shutdown, () -> {});

        assertThat(pods.names()).isEmpty();
        assertThat(shutdown.hasBegun()).isFalse();
    }

    private CompletableFuture<Void> begin(ShutdownSettings settings) {
        NodeShutdown shutdown = new NodeShutdown(settings, clock);
        return CompletableFuture.runAsync(() -> run(shutdown, () -> {}));
    }

    private void run(NodeShutdown shutdown, Runnable onBegin) {
        try {
            shutdown.run(pods, onBegin);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Pod pod(String name, int priority) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withUid(name)
                .endMetadata()
                .withNewSpec()
                .withPriority(priority)
                .endSpec()
                .build();
    }
}
