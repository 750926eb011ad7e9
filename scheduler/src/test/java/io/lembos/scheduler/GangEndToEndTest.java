package io.lembos.scheduler;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.pod;
import static io.lembos.scheduler.gang.Gangs.basic;
import static io.lembos.scheduler.gang.Gangs.gang;
import static io.lembos.scheduler.gang.Gangs.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.scheduling.v1alpha2.PodGroup;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.scheduler.config.Yaml;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gangs on a live API server. */
class GangEndToEndTest {
    private static final String WAITING = "waiting for minCount pods from a gang to be scheduled";

    private LiveCluster cluster;
    private Scheduler scheduler;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        cluster = new LiveCluster(directory);
        startScheduler();
    }

    private void startScheduler() throws InterruptedException {
        scheduler = cluster.start((client, clock) -> new Scheduler(client, clock, new Random(1)));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void podsWaitSilentlyUntilTheGangIsThereAndThenAllGo() {
        cluster.create(node("n", "4", "8Gi"));
        create(gang("g", 3));
        members("g", 0, 2, "1");
        await().untilAsserted(() -> assertThat(scheduler.pendingPods().gated()).isEqualTo(2));
        assertThat(scheduler
                        .explanations()
                        .answer("GET", List.of("default", "g-0"), null)
                        .at("/keptAside/numbers")
                        .asText())
                .isEqualTo("have 2, need 3");
        assertThat(cluster.events("FailedScheduling")).isEmpty();
        members("g", 2, 3, "1");
        awaitBound("g", 3);
        awaitCondition("g", "True", "Scheduled");
    }

    @Test
    void podsMayComeBeforeTheirGroup() {
        cluster.create(node("n", "4", "8Gi"));
        members("g", 0, 2, "1");
        await().untilAsserted(() -> assertThat(scheduler.pendingPods().gated()).isEqualTo(2));
        create(gang("g", 2));
        awaitBound("g", 2);
    }

    @Test
    void nobodyGoesWhereNotAllFindRoomAndAllGoWhenTheyDo() {
        cluster.create(node("n", "2", "8Gi"));
        create(gang("g", 3));
        members("g", 0, 3, "1");
        awaitCondition("g", "False", "Unschedulable");
        await().untilAsserted(() -> assertThat(messages("g", 3))
                .containsExactlyInAnyOrder(WAITING, WAITING, "0/1 nodes are available: 1 Insufficient cpu."));
        assertThat(bound("g", 3)).isZero();
        assertThat(IntStream.range(0, 3)
                        .mapToObj(i -> scheduler
                                .explanations()
                                .of(LiveCluster.key("g-" + i))
                                .getLast()
                                .node()))
                .as("an explanation tells of no node that nobody goes to")
                .allMatch(node -> node == null || node.isEmpty());
        // Their room is free again.
        cluster.create(pod("single", "2", "1Gi"));
        cluster.awaitNode("single", "n");
        cluster.create(node("m", "4", "8Gi"));
        cluster.clock.advance(Duration.ofSeconds(2));
        awaitBound("g", 3);
        awaitCondition("g", "True", "Scheduled");
    }

    @Test
    void moreThanTheLeastNumberGoAsFarAsTheyFindRoom() {
        cluster.create(node("n", "3", "8Gi"));
        members("g", 0, 5, "1");
        await().untilAsserted(() -> assertThat(scheduler.pendingPods().gated()).isEqualTo(5));
        create(gang("g", 2));
        awaitBound("g", 5, 3);
        awaitCondition("g", "True", "Scheduled");
        cluster.create(node("m", "3", "8Gi"));
        cluster.clock.advance(Duration.ofSeconds(2));
        awaitBound("g", 5, 5);
    }

    @Test
    void aGroupThatIsNoGangGoesAsFarAsItFindsRoom() {
        cluster.create(node("n", "2", "8Gi"));
        create(basic("g"));
        members("g", 0, 3, "1");
        awaitBound("g", 3, 2);
        awaitCondition("g", "True", "Scheduled");
    }

    @Test
    void aMemberThatGoesWhileTheGangWaitsIsNotCounted() {
        cluster.create(node("n", "4", "8Gi"));
        create(gang("g", 3));
        members("g", 0, 2, "1");
        await().untilAsserted(() -> assertThat(scheduler.pendingPods().gated()).isEqualTo(2));
        cluster.delete("g-0");
        await().untilAsserted(() -> assertThat(scheduler.pendingPods().gated()).isEqualTo(1));
        members("g", 2, 3, "1");
        await().untilAsserted(() -> assertThat(scheduler.pendingPods().gated()).isEqualTo(2));
        assertThat(bound("g", 3)).isZero();
        members("g", 0, 1, "1");
        awaitBound("g", 3);
    }

    @Test
    void podsWhoseGroupIsGoneWaitForIt() {
        create(gang("g", 2));
        members("g", 0, 2, "1");
        awaitCondition("g", "False", "Unschedulable");
        cluster.admin().delete(Resources.POD_GROUPS, LiveCluster.key("g"), DeleteOptions.now(""));
        cluster.create(node("n", "4", "8Gi"));
        cluster.clock.advance(Duration.ofSeconds(2));
        await().untilAsserted(() -> assertThat(scheduler.pendingPods().gated()).isPositive());
        assertThat(bound("g", 2)).isZero();
        create(gang("g", 2));
        cluster.clock.advance(Duration.ofSeconds(20));
        awaitBound("g", 2);
    }

    @Test
    void aNewSchedulerCountsThoseThatHaveANode() throws Exception {
        cluster.create(node("n", "2", "8Gi"));
        create(gang("g", 2));
        members("g", 0, 2, "1");
        awaitBound("g", 2);
        scheduler.close();
        cluster.delete("g-1");
        startScheduler();
        members("g", 1, 2, "1");
        awaitBound("g", 2);
        assertThat(cluster.events("FailedScheduling")).isEmpty();
    }

    @Test
    void twoGangsForOneRoomNeverShareIt() {
        create(gang("a", 3));
        create(gang("b", 3));
        for (int i = 0; i < 3; i++) {
            members("a", i, i + 1, "1");
            members("b", i, i + 1, "1");
        }
        cluster.create(node("n", "4", "8Gi"));
        cluster.clock.advance(Duration.ofSeconds(20));
        await().untilAsserted(() -> assertThat(bound("a", 3) + bound("b", 3)).isEqualTo(3));
        assertThat(List.of(bound("a", 3), bound("b", 3))).containsExactlyInAnyOrder(0, 3);
    }

    @Test
    void membersOfTwoSchedulersAreAnError() throws Exception {
        scheduler.close();
        scheduler = cluster.start((client, clock) -> new Scheduler(client, clock, new Random(1), Yaml.read("""
                profiles:
                - {schedulerName: default-scheduler}
                - {schedulerName: other}
                """)));
        create(gang("g", 2));
        cluster.create(in("g", pod("g-0", "1", "1Gi")));
        cluster.create(in("g", pod("g-1", "1", "1Gi")), "other");
        awaitCondition("g", "False", "SchedulerError");
    }

    private void create(PodGroup group) {
        cluster.admin().create(Resources.POD_GROUPS, group);
    }

    private void members(String group, int from, int to, String cpu) {
        IntStream.range(from, to).forEach(i -> cluster.create(in(group, pod(group + "-" + i, cpu, "1Gi"))));
    }

    private int bound(String group, int members) {
        return (int) IntStream.range(0, members)
                .filter(i -> {
                    ObjectKey key = LiveCluster.key(group + "-" + i);
                    return cluster.admin()
                            .get(Resources.PODS, key)
                            .filter(p -> p.getSpec().getNodeName() != null)
                            .isPresent();
                })
                .count();
    }

    private void awaitBound(String group, int count) {
        awaitBound(group, count, count);
    }

    private void awaitBound(String group, int members, int count) {
        await().untilAsserted(() -> assertThat(bound(group, members)).isEqualTo(count));
    }

    private List<String> messages(String group, int members) {
        return IntStream.range(0, members)
                .mapToObj(i -> cluster.get(group + "-" + i))
                .flatMap(p -> p.getStatus().getConditions().stream())
                .filter(c -> c.getType().equals("PodScheduled"))
                .map(c -> c.getMessage())
                .toList();
    }

    private void awaitCondition(String group, String status, String reason) {
        await().untilAsserted(() -> assertThat(cluster.admin()
                        .get(Resources.POD_GROUPS, LiveCluster.key(group))
                        .orElseThrow()
                        .getStatus())
                .isNotNull()
                .satisfies(s -> assertThat(s.getConditions())
                        .extracting(Condition::getType, Condition::getStatus, Condition::getReason)
                        .containsExactly(tuple("PodGroupScheduled", status, reason))));
    }
}
