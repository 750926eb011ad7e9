package io.lembos.scheduler;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.scheduler.config.SchedulerConfiguration;
import io.lembos.scheduler.config.Yaml;
import io.lembos.scheduler.framework.Assignment;
import io.lembos.scheduler.framework.BindPlugin;
import io.lembos.scheduler.framework.Permit;
import io.lembos.scheduler.framework.Plugin;
import io.lembos.scheduler.framework.WaitingPod;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the decision to the binding: what plugins are asked, and what becomes of the pod when one says no. */
class BindingCycleTest {
    private final List<String> calls = RecordingPlugin.calls();
    private final RecordingPlugin first = new RecordingPlugin("First", calls);
    private final RecordingPlugin second = new RecordingPlugin("Second", calls);
    private LiveCluster cluster;
    private Scheduler scheduler;

    @BeforeEach
    void cluster(@TempDir Path directory) throws Exception {
        cluster = new LiveCluster(directory);
        start();
        cluster.create(node("n", "1", "8Gi"));
    }

    private void start(BindPlugin... binders) throws Exception {
        String binds = Arrays.stream(binders)
                .map(b -> "{name: " + b.name() + "}, ")
                .collect(Collectors.joining("", "[", "{name: DefaultBinder}]"));
        Plugin[] plugins =
                Stream.concat(Stream.of(first, second), Arrays.stream(binders)).toArray(Plugin[]::new);
        SchedulerConfiguration configuration = Yaml.read("""
                profiles:
                - plugins:
                    multiPoint:
                      enabled: [{name: First}, {name: Second}]
                    bind:
                      enabled: %s
                      disabled: [{name: "*"}]
                """.formatted(binds), Yaml.plugins(plugins));
        scheduler = cluster.start((client, clock) -> new Scheduler(client, clock, new Random(1), configuration));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void pluginsAreAskedInKubernetesOrder() {
        cluster.create(pod("p", "1", "1Gi"));
        cluster.awaitNode("p", "n");
        await().untilAsserted(() -> assertThat(calls)
                .containsExactly(
                        "reserve First p",
                        "reserve Second p",
                        "permit First p",
                        "permit Second p",
                        "preBind First p",
                        "preBind Second p",
                        "postBind First p",
                        "postBind Second p"));
    }

    @Test
    void refusedReservationIsUndoneInReverseAndTheRoomIsFreeForOthers() {
        second.reserve = pod -> pod.equals("p") ? Optional.of("no token left") : Optional.empty();
        cluster.create(pod("p", "1", "1Gi"));
        cluster.awaitUnschedulable("p", "0/1 nodes are available: 1 no token left.");
        assertThat(calls)
                .containsExactly("reserve First p", "reserve Second p", "unreserve Second p", "unreserve First p");
        assertThat(scheduler.pendingPods().unschedulable()).isEqualTo(1);
        await().untilAsserted(() -> assertThat(cluster.events("FailedScheduling"))
                .extracting(Event::getMessage)
                .containsExactly("0/1 nodes are available: 1 no token left."));
        cluster.create(pod("q", "1", "1Gi"));
        cluster.awaitNode("q", "n");
    }

    @Test
    void refusedPodIsTriedAgainWhenSomethingElseHappens() {
        first.permit = pod -> new Permit.Reject("not now");
        cluster.create(pod("p", "1", "1Gi"));
        cluster.awaitUnschedulable("p", "0/1 nodes are available: 1 not now.");
        first.permit = pod -> Permit.ALLOW;
        cluster.create(node("other", "100m", "1Gi"));
        await().untilAsserted(() ->
                assertThat(scheduler.pendingPods().unschedulable()).isZero());
        cluster.awaitNode("p", "n");
    }

    @Test
    void podThatWaitsForAPermitKeepsItsRoomAndIsBoundWhenAllHaveAllowedIt() {
        first.permit = wait("p", Duration.ofSeconds(10));
        second.permit = wait("p", Duration.ofSeconds(20));
        cluster.create(pod("p", "1", "1Gi"));
        WaitingPod waiting = awaitWaiting("p");
        assertThat(waiting.pendingPlugins()).containsExactlyInAnyOrder("First", "Second");
        assertThat(waiting.assignment().node()).isEqualTo("n");
        cluster.create(pod("q", "1", "1Gi"));
        await().untilAsserted(() -> assertThat(cluster.events("FailedScheduling"))
                .extracting(e -> e.getInvolvedObject().getName())
                .contains("q"));

        waiting.allow("First");
        assertThat(waiting.pendingPlugins()).containsExactly("Second");
        assertThat(calls).doesNotContain("preBind First p");
        waiting.allow("Second");
        cluster.awaitNode("p", "n");
        await().untilAsserted(() -> assertThat(scheduler.waitingPods().all()).isEmpty());
    }

    @Test
    void podThatIsRejectedWhileItWaitsGivesItsRoomBack() {
        first.permit = wait("p", Duration.ofSeconds(10));
        cluster.create(pod("p", "1", "1Gi"));
        awaitWaiting("p").reject("First", "the gang is incomplete");
        cluster.awaitUnschedulable("p", "0/1 nodes are available: 1 the gang is incomplete.");
        assertThat(calls)
                .endsWith("permit First p", "permit Second p", "unreserve Second p", "unreserve First p")
                .doesNotContain("preBind First p");
        cluster.create(pod("q", "1", "1Gi"));
        cluster.awaitNode("q", "n");
    }

    @Test
    void waitEndsWithTheShortestTimeout() {
        first.permit = wait("p", Duration.ofSeconds(10));
        second.permit = wait("p", Duration.ofSeconds(20));
        cluster.create(pod("p", "1", "1Gi"));
        awaitWaiting("p");
        cluster.clock.advance(Duration.ofSeconds(10));
        cluster.awaitUnschedulable(
                "p", "0/1 nodes are available: 1 rejected due to timeout after waiting 10s at plugin First.");
    }

    @Test
    void noWaitIsLongerThanAQuarterOfAnHour() {
        first.permit = wait("p", Duration.ofDays(1));
        cluster.create(pod("p", "1", "1Gi"));
        awaitWaiting("p");
        cluster.clock.advance(Duration.ofMinutes(15));
        cluster.awaitUnschedulable(
                "p", "0/1 nodes are available: 1 rejected due to timeout after waiting 15m at plugin First.");
    }

    @Test
    void deletedPodDoesNotWaitOn() {
        first.permit = wait("p", Duration.ofMinutes(10));
        cluster.create(pod("p", "1", "1Gi"));
        awaitWaiting("p");
        cluster.create(pod("q", "1", "1Gi"));
        cluster.delete("p");
        cluster.awaitNode("q", "n");
        await().untilAsserted(() -> assertThat(calls).contains("unreserve First p"));
        assertThat(scheduler.waitingPods().all()).isEmpty();
        assertThat(cluster.events("FailedScheduling"))
                .extracting(e -> e.getInvolvedObject().getName())
                .doesNotContain("p");
    }

    @Test
    void moreImportantPodTakesTheRoomOfOneThatWaitsWithoutItsDeletion() {
        first.permit = wait("p", Duration.ofMinutes(10));
        cluster.create(pod("p", "1", "1Gi"));
        awaitWaiting("p");
        cluster.priorityClass("high", 10);
        Pod important = new PodBuilder(pod("important", "1", "1Gi"))
                .editSpec()
                .withPriorityClassName("high")
                .endSpec()
                .build();
        cluster.create(important);
        cluster.awaitNode("important", "n");
        assertThat(cluster.get("p").getMetadata().getDeletionTimestamp()).isNull();
        assertThat(calls).contains("unreserve First p").doesNotContain("preBind First p");
    }

    @Test
    void refusalBeforeTheBindingUndoesEverything() {
        second.preBind = pod -> Optional.of("volume is not ready");
        cluster.create(pod("p", "1", "1Gi"));
        cluster.awaitUnschedulable("p", "0/1 nodes are available: 1 volume is not ready.");
        assertThat(calls).endsWith("preBind First p", "preBind Second p", "unreserve Second p", "unreserve First p");
    }

    @Test
    void podIsTriedAgainAfterItsBackOffWhenAPluginFails() {
        first.preBind = pod -> {
            throw new IllegalStateException("disk on fire");
        };
        cluster.create(pod("p", "1", "1Gi"));
        await().untilAsserted(
                        () -> assertThat(scheduler.pendingPods().backoff()).isEqualTo(1));
        assertThat(calls).endsWith("unreserve Second p", "unreserve First p");
        first.preBind = pod -> Optional.empty();
        cluster.clock.advance(Duration.ofSeconds(1));
        cluster.awaitNode("p", "n");
    }

    @Test
    void podIsTriedAgainAfterItsBackOffWhenAReservationFails() {
        first.reserve = pod -> {
            throw new IllegalStateException("disk on fire");
        };
        cluster.create(pod("p", "1", "1Gi"));
        await().untilAsserted(
                        () -> assertThat(scheduler.pendingPods().backoff()).isEqualTo(1));
        first.reserve = pod -> Optional.empty();
        cluster.clock.advance(Duration.ofSeconds(1));
        cluster.awaitNode("p", "n");
    }

    @Test
    void binderThatDoesNotWantThePodLeavesItToTheNext() throws Exception {
        scheduler.close();
        List<String> asked = RecordingPlugin.calls();
        start(new BindPlugin() {
            @Override
            public String name() {
                return "Picky";
            }

            @Override
            public boolean bind(Assignment assignment) {
                asked.add(assignment.pod().key().name());
                return assignment.pod().key().name().equals("mine");
            }
        });
        cluster.create(pod("p", "500m", "1Gi"));
        cluster.awaitNode("p", "n");
        cluster.create(pod("mine", "500m", "1Gi"));
        await().untilAsserted(() -> assertThat(calls).contains("postBind Second mine"));
        assertThat(asked).containsExactly("p", "mine");
        assertThat(cluster.node("mine")).isNull();
    }

    private static Function<String, Permit> wait(String waits, Duration timeout) {
        return pod -> pod.equals(waits) ? new Permit.Wait(timeout) : Permit.ALLOW;
    }

    private WaitingPod awaitWaiting(String pod) {
        await().untilAsserted(() -> assertThat(scheduler.waitingPods().all())
                .extracting(w -> w.assignment().pod().key().name())
                .containsExactly(pod));
        return scheduler.waitingPods().all().getFirst();
    }
}
