package io.lembos.scheduler;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.pod;
import static io.lembos.scheduler.gang.Gangs.gang;
import static io.lembos.scheduler.gang.Gangs.in;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lembos.api.meta.Resources;
import io.lembos.scheduler.config.SchedulerConfiguration;
import io.lembos.scheduler.config.Yaml;
import io.lembos.scheduler.framework.Permit;
import io.lembos.scheduler.gang.GangScheduling;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a plugin's refusal of one pod means to its gang. */
class GangBindingTest {
    private final List<String> calls = RecordingPlugin.calls();
    private final RecordingPlugin plugin = new RecordingPlugin("First", calls);
    private LiveCluster cluster;
    private Scheduler scheduler;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        cluster = new LiveCluster(directory);
        SchedulerConfiguration configuration = Yaml.read("""
                profiles:
                - plugins:
                    multiPoint:
                      enabled: [{name: First}]
                """, Yaml.plugins(plugin));
        scheduler = cluster.start((client, clock) -> new Scheduler(client, clock, new Random(1), configuration));
        cluster.create(node("n", "4", "8Gi"));
        cluster.admin().create(Resources.POD_GROUPS, gang("g", 2));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void aRefusedReservationKeepsTheWholeGang() {
        plugin.reserve = pod -> pod.equals("b") ? Optional.of("no token left") : Optional.empty();
        createBoth();
        awaitRefused("no token left");
        // What the scheduler writes about the group may have it look once more.
        assertThat(Set.copyOf(calls))
                .containsExactlyInAnyOrder(
                        "reserve First a", "reserve First b", "unreserve First b", "unreserve First a");
        plugin.reserve = pod -> Optional.empty();
        awaitBothGoAfterAChange();
    }

    @Test
    void aRefusedPermitKeepsTheWholeGang() {
        plugin.permit = pod -> pod.equals("b") ? new Permit.Reject("not now") : Permit.ALLOW;
        createBoth();
        awaitRefused("not now");
        assertThat(calls).contains("unreserve First a", "unreserve First b").noneMatch(c -> c.startsWith("preBind"));
        plugin.permit = pod -> Permit.ALLOW;
        awaitBothGoAfterAChange();
    }

    @Test
    void noMemberIsBoundBeforeAllHaveTheirRoom() {
        createBoth();
        cluster.awaitNode("a", "n");
        cluster.awaitNode("b", "n");
        await().untilAsserted(() -> assertThat(
                        calls.stream().map(c -> c.split(" ")[0]).toList())
                .startsWith("reserve", "reserve", "permit", "permit")
                .hasSize(8));
    }

    private void createBoth() {
        cluster.create(in("g", pod("a", "1", "1Gi")));
        await().untilAsserted(() -> assertThat(scheduler.pendingPods().gated()).isEqualTo(1));
        cluster.create(in("g", pod("b", "1", "1Gi")));
    }

    private void awaitRefused(String reason) {
        cluster.awaitUnschedulable("a", GangScheduling.WAITING);
        cluster.awaitUnschedulable("b", "0/1 nodes are available: 1 " + reason + ".");
    }

    private void awaitBothGoAfterAChange() {
        cluster.create(node("m", "4", "8Gi"));
        cluster.clock.advance(Duration.ofSeconds(2));
        await().untilAsserted(() -> {
            assertThat(cluster.node("a")).isNotNull();
            assertThat(cluster.node("b")).isNotNull();
        });
    }
}
