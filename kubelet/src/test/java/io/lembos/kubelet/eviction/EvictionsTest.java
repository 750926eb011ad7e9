package io.lembos.kubelet.eviction;

import static io.lembos.kubelet.eviction.TestPods.pod;
import static io.lembos.kubelet.eviction.TestPods.using;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.time.FakeClock;
import io.lembos.kubelet.eviction.PodConsumption.Disk;
import io.lembos.kubelet.status.Termination;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EvictionsTest {
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Node NODE = new NodeBuilder()
            .withNewMetadata()
            .withName("n")
            .withUid("n")
            .endMetadata()
            .build();

    private final FakeClock clock = new FakeClock(Instant.parse("2026-01-01T12:00:00Z"));
    private final HeardEvents events = new HeardEvents(clock);
    private final FakePods pods = new FakePods();
    private final NodePressure pressure = new NodePressure();
    private final Map<Signal, Observation> looked = new EnumMap<>(Signal.class);
    private final Map<String, PodConsumption> usage = new HashMap<>();
    private Runnable onImages = () -> {};
    private int changes;
    private Evictions evictions;

    @AfterEach
    void close() {
        evictions.close();
        events.close();
    }

    @Test
    void nobodyGoesWhileThereIsEnough() {
        see(Signal.MEMORY_AVAILABLE, 500);
        run("web", 0, 400);
        begin(Duration.ZERO);

        clock.advance(LOOK.multipliedBy(5));
        assertThat(pods.names()).isEmpty();
        assertThat(changes).isZero();
        assertThat(pressure.judge(pod("new", 0, "{}", ""))).isEmpty();
    }

    @Test
    void onePodAtATimeGoesWhenMemoryIsShort() {
        see(Signal.MEMORY_AVAILABLE, 50);
        run("small", 0, 10);
        run("large", 0, 900);
        run("critical", 2_000_000_000, 5000);
        pods.stubborn.add("large");
        begin(Duration.ZERO);

        clock.advance(LOOK);
        assertThat(pods.names()).containsExactly("large");
        assertThat(pods.told.get("large"))
                .isEqualTo(new Termination(
                        "Evicted",
                        "The node was low on resource: memory. Threshold quantity: 100, available: 50. "
                                + "Container main was using 900, request is 0, has larger consumption of memory. ",
                        Optional.of(Duration.ofSeconds(1)),
                        true));
        events.awaitOne("NodeHasInsufficientMemory: Node n status is now: NodeHasInsufficientMemory"
                + " (memory.available is 50 of 1k, less than 100; "
                + "memory.available is 50 of 1k, less than 200)");
        events.awaitOne("EvictionThresholdMet: Attempting to reclaim memory");
        events.awaitOne("Evicted: The node was low on resource: memory. ");

        // The next has to go only when the first has, or was waited for long enough.
        pods.stubborn.clear();
        clock.advance(Duration.ofSeconds(1));
        assertThat(pods.names()).containsExactly("large", "small");
        clock.advance(Duration.ofMinutes(5));
        assertThat(pods.names()).doesNotContain("critical");
    }

    @Test
    void podThatDoesNotEndIsWaitedForThirtySeconds() {
        see(Signal.MEMORY_AVAILABLE, 50);
        run("small", 0, 10);
        run("large", 0, 900);
        pods.stubborn.add("large");
        begin(Duration.ZERO);

        clock.advance(Duration.ofSeconds(30));
        assertThat(pods.names()).containsExactly("large");
        clock.advance(Duration.ofSeconds(2));
        assertThat(pods.names()).containsExactly("large", "small");
    }

    @Test
    void podsOfASoftThresholdGetTimeToEnd() {
        see(Signal.MEMORY_AVAILABLE, 150);
        run("web", 0, 10);
        begin(Duration.ofSeconds(20));

        clock.advance(Duration.ofSeconds(61));
        assertThat(pods.names()).isEmpty();
        clock.advance(LOOK.multipliedBy(7));
        assertThat(pods.told.get("web").graceMax()).contains(Duration.ofSeconds(20));
    }

    @Test
    void diskIsReclaimedFromWhatNobodyNeedsBeforeAPodGoes() {
        see(Signal.NODE_DISK_AVAILABLE, 50);
        run("web", 0, 10);
        onImages = () -> see(Signal.NODE_DISK_AVAILABLE, 900);
        begin(Duration.ZERO);
        clock.advance(LOOK);
        assertThat(pods.remainsRemoved).isEqualTo(1);
        assertThat(pods.names()).isEmpty();

        see(Signal.NODE_DISK_AVAILABLE, 50);
        onImages = () -> {};
        clock.advance(LOOK);
        assertThat(pods.names()).containsExactly("web");
        assertThat(pods.told.get("web").message()).startsWith("The node was low on resource: ephemeral-storage. ");
    }

    @Test
    void podBeyondItsLimitGoesThoughNothingIsShort() {
        see(Signal.MEMORY_AVAILABLE, 500);
        pods.pods.add(pod("web", 0, "{}", "'volumes':[{'name':'v','emptyDir':{'sizeLimit':'5'}}]"));
        usage.put("web", using(0, 1, Disk.NOTHING, Disk.NOTHING, Map.of("v", new Disk(6, 1))));
        begin(Duration.ZERO);

        clock.advance(LOOK);
        assertThat(pods.told.get("web"))
                .isEqualTo(new Termination(
                        "Evicted",
                        "Usage of EmptyDir volume \"v\" exceeds the limit \"5\". ",
                        Optional.of(Duration.ofSeconds(1)),
                        false));
    }

    @Test
    void conditionIsToldAndTakenBackWhenItsTimeIsOver() {
        see(Signal.NODE_DISK_AVAILABLE, 50);
        begin(Duration.ZERO);
        clock.advance(LOOK);
        assertThat(pressure.judge(pod("new", 0, "{}", "")).orElseThrow().message())
                .isEqualTo("The node had condition: [DiskPressure]. ");
        see(Signal.NODE_DISK_AVAILABLE, 500);
        clock.advance(Duration.ofMinutes(4));
        assertThat(changes).isEqualTo(1);
        clock.advance(Duration.ofMinutes(2));
        assertThat(changes).isEqualTo(2);
        events.awaitOne("NodeHasNoDiskPressure: Node n status is now: NodeHasNoDiskPressure");
    }

    private void see(Signal signal, long available) {
        looked.put(signal, new Observation(available, 1000));
    }

    private void run(String name, int priority, long memory) {
        pods.pods.add(pod(name, priority, "{}", ""));
        usage.put(name, using(memory, 1, Disk.NOTHING, Disk.NOTHING, Map.of()));
    }

    private void begin(Duration maxPodGrace) {
        var settings = new EvictionSettings(
                List.of(
                        Threshold.hard(Signal.MEMORY_AVAILABLE, "100"),
                        Threshold.hard(Signal.NODE_DISK_AVAILABLE, "10%"),
                        new Threshold(
                                Signal.MEMORY_AVAILABLE,
                                Amount.parse("200"),
                                Duration.ofMinutes(1).plus(LOOK),
                                Optional.empty())),
                Duration.ofMinutes(5),
                maxPodGrace);
        evictions =
                new Evictions(settings, new Seen(), pods, pressure, events.recorder(), NODE, clock, () -> changes++);
        evictions.start();
    }

    private final class Seen implements Evictions.Senses {
        @Override
        public Map<Signal, Observation> look() {
            return new EnumMap<>(looked);
        }

        @Override
        public boolean imagesApart() {
            return false;
        }

        @Override
        public Map<String, PodConsumption> consumption(List<Pod> of) {
            return usage;
        }

        @Override
        public void removeUnusedImages() {
            onImages.run();
        }
    }
}
