package io.lembos.scheduler;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Event;
import io.lembos.scheduler.config.SchedulerConfiguration;
import io.lembos.scheduler.config.Yaml;
import io.lembos.scheduler.explain.Explanation;
import io.lembos.scheduler.queue.Incoming;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One scheduler with several profiles against an API server in this process. */
class ProfilesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final SchedulerConfiguration TWO = Yaml.read("""
            profiles:
            - schedulerName: default-scheduler
            - schedulerName: packing
              plugins:
                score:
                  enabled:
                  - name: NodeResourcesFit
                  disabled:
                  - name: "*"
              pluginConfig:
              - name: NodeResourcesFit
                args:
                  scoringStrategy:
                    type: MostAllocated
            """);

    private LiveCluster cluster;
    private Scheduler scheduler;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        cluster = new LiveCluster(directory);
        scheduler = cluster.start((client, clock) -> new Scheduler(client, clock, new Random(1), TWO));
        cluster.create(node("empty", "8", "16Gi"));
        cluster.create(node("half", "2", "4Gi"));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void eachPodIsDecidedByTheProfileItNames() {
        cluster.create(pod("spread", "1", "2Gi"));
        cluster.awaitNode("spread", "empty");
        cluster.create(pod("packed", "1", "2Gi"), "packing");
        cluster.awaitNode("packed", "half");
        await().untilAsserted(() -> assertThat(cluster.events("Scheduled"))
                .extracting(e ->
                        e.getInvolvedObject().getName() + " by " + e.getSource().getComponent())
                .containsExactlyInAnyOrder("spread by default-scheduler", "packed by packing"));
    }

    @Test
    void profilesCountEachOthersPods() {
        cluster.create(pod("packed", "2", "3Gi"), "packing");
        cluster.awaitNode("packed", "half");
        cluster.create(pod("spread", "7", "1Gi"));
        cluster.awaitNode("spread", "empty");
        cluster.create(pod("late", "2", "1Gi"), "packing");
        cluster.awaitUnschedulable(
                "late",
                "0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate, preemption: 0/2 nodes are available: 2 No preemption"
                        + " victims found for incoming pod.");
        await().untilAsserted(() -> assertThat(cluster.events("FailedScheduling"))
                .extracting(Event::getSource)
                .extracting(s -> s.getComponent())
                .containsExactly("packing"));

        cluster.delete("spread");
        cluster.awaitNode("late", "empty");
    }

    @Test
    void podOfAnotherSchedulerIsLeftAlone() {
        cluster.create(pod("foreign", "1", "1Gi"), "somebody-else");
        cluster.create(pod("mine", "1", "1Gi"), "packing"); // Once this one is placed, the other has been seen.
        cluster.awaitNode("mine", "half");
        assertThat(cluster.node("foreign")).isNull();
        assertThat(scheduler.incomingPods()).containsOnly(Map.entry(new Incoming("active", "UnschedulablePodAdd"), 1L));
        assertThat(scheduler.explanations().of(LiveCluster.key("foreign"))).isEmpty();
    }

    @Test
    void explanationsAreThoseOfThePodsProfile() {
        cluster.create(pod("packed", "1", "2Gi"), "packing");
        cluster.awaitNode("packed", "half");
        Explanation told =
                scheduler.explanations().of(LiveCluster.key("packed")).getLast();
        assertThat(told.schedulerName()).isEqualTo("packing");
        assertThat(told.ranking().getFirst().scores())
                .extracting(Explanation.Scored::plugin)
                .containsExactly("NodeResourcesFit");

        var explanations = scheduler.explanations();
        assertThat(explanations
                        .whatIf(cluster.get("packed"), edit("default-scheduler"))
                        .node())
                .isEqualTo("empty");
        assertThatThrownBy(() -> explanations.whatIf(cluster.get("packed"), edit("somebody-else")))
                .hasMessage("pod.spec.schedulerName: no profile decides for \"somebody-else\" here");
    }

    private static JsonNode edit(String schedulerName) {
        var edit = JSON.createObjectNode();
        edit.putObject("pod").putObject("spec").put("schedulerName", schedulerName);
        return edit;
    }
}
