package io.lembos.scheduler;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.client.Patch;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.scheduler.queue.QueueCounts;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scheduler against an API server in this process. Its clock stands still: only events make it try again. */
class SchedulerTest {
    private LiveCluster cluster;
    private Client admin;
    private Scheduler scheduler;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        cluster = new LiveCluster(directory);
        admin = cluster.admin();
        scheduler = cluster.start((client, clock) -> new Scheduler(client, clock, new Random(1)));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void podThatWaitsForCpuIsScheduledWhenAnotherGoes() {
        create(node("n", "1", "8Gi"));
        create(pod("first", "1", "1Gi"));
        awaitNode("first", "n");
        create(pod("second", "1", "1Gi"));
        awaitReason("second", "Unschedulable");

        delete("first");
        awaitNode("second", "n");
        assertThat(failedAttempts()).isEqualTo(1);
    }

    @Test
    void podRejectedForATaintIsNotTriedWhenAPodGoesButWhenTheTaintDoes() {
        create(new NodeBuilder(node("n", "4", "8Gi"))
                .editSpec()
                .addNewTaint("NoSchedule", "gpu", null, "yes")
                .endSpec()
                .build());
        create(pod("rejected", "1", "1Gi"));
        awaitReason("rejected", "Unschedulable");
        for (int i = 0; i < 3; i++) {
            create(tolerant("tolerant-" + i));
            awaitNode("tolerant-" + i, "n");
            delete("tolerant-" + i);
        }
        create(tolerant("last")); // When this one has a node, everything before it has been seen.
        awaitNode("last", "n");
        assertThat(failedAttempts()).isEqualTo(1);

        admin.patch(Resources.NODES, ObjectKey.cluster("n"), new Patch.Merge("{\"spec\":{\"taints\":null}}"), "");
        awaitNode("rejected", "n");
        assertThat(failedAttempts()).isEqualTo(1);
    }

    @Test
    void podWithoutAnyNodeWaitsForTheFirst() {
        create(pod("p", "1", "1Gi"));
        awaitReason("p", "Unschedulable");
        create(node("n", "4", "8Gi"));
        awaitNode("p", "n");
        assertThat(failedAttempts()).isEqualTo(1);
    }

    @Test
    void gatedPodIsLeftAloneUntilItsGatesAreLifted() {
        create(node("n", "4", "8Gi"));
        create(new PodBuilder(pod("gated", "1", "1Gi"))
                .editSpec()
                .addNewSchedulingGate("a.example/ready")
                .endSpec()
                .build());
        await().untilAsserted(() -> assertThat(scheduler.pendingPods()).isEqualTo(new QueueCounts(0, 0, 0, 1)));
        PodCondition condition = get("gated").getStatus().getConditions().getFirst();
        assertThat(condition.getType()).isEqualTo("PodScheduled");
        assertThat(condition.getStatus()).isEqualTo("False");
        assertThat(condition.getReason()).isEqualTo("SchedulingGated");
        assertThat(condition.getMessage()).isEqualTo("Scheduling is blocked due to non-empty scheduling gates");

        admin.patch(Resources.PODS, key("gated"), new Patch.Merge("{\"spec\":{\"schedulingGates\":[]}}"), "");
        awaitNode("gated", "n");
    }

    @Test
    void pendingPodIsScheduledOnceItTolerates() {
        create(new NodeBuilder(node("n", "4", "8Gi"))
                .editSpec()
                .addNewTaint("NoSchedule", "gpu", null, "yes")
                .endSpec()
                .build());
        create(pod("p", "1", "1Gi"));
        awaitReason("p", "Unschedulable");
        admin.update(Resources.PODS, tolerant(get("p")));
        awaitNode("p", "n");
    }

    private static Pod tolerant(String name) {
        return tolerant(pod(name, "1", "1Gi"));
    }

    private static Pod tolerant(Pod pod) {
        return new PodBuilder(pod)
                .editSpec()
                .addNewToleration()
                .withKey("gpu")
                .withOperator("Exists")
                .endToleration()
                .endSpec()
                .build();
    }

    private long failedAttempts() {
        return scheduler.incomingPods().entrySet().stream()
                .filter(e -> e.getKey().event().equals("ScheduleAttemptFailure"))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private void create(Node node) {
        admin.create(Resources.NODES, node);
    }

    private void create(Pod pod) {
        admin.create(Resources.PODS, pod);
    }

    private void delete(String name) {
        admin.delete(Resources.PODS, key(name), DeleteOptions.now(""));
    }

    private Pod get(String name) {
        return admin.get(Resources.PODS, key(name)).orElseThrow();
    }

    private void awaitNode(String name, String node) {
        await().untilAsserted(
                        () -> assertThat(get(name).getSpec().getNodeName()).isEqualTo(node));
    }

    private void awaitReason(String name, String reason) {
        await().untilAsserted(() -> assertThat(get(name).getStatus().getConditions())
                .extracting(PodCondition::getReason)
                .contains(reason));
    }

    private static ObjectKey key(String name) {
        return ObjectKey.of("default", name);
    }
}
