package io.lembos.scheduler.extender;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.api.meta.Resources;
import io.lembos.scheduler.LiveCluster;
import io.lembos.scheduler.Scheduler;
import io.lembos.scheduler.config.SchedulerConfiguration;
import io.lembos.scheduler.config.Yaml;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scheduler that asks an extender on loopback. */
class HttpExtenderTest {
    private FakeExtender extender;
    private LiveCluster cluster;
    private Scheduler scheduler;

    @BeforeEach
    void cluster(@TempDir Path directory) throws Exception {
        extender = new FakeExtender();
        cluster = new LiveCluster(directory);
        cluster.create(node("a", "8", "16Gi"));
        cluster.create(node("b", "4", "8Gi"));
        cluster.create(node("c", "4", "8Gi"));
    }

    @AfterEach
    void stop() {
        cluster.close();
        extender.close();
    }

    /** @param fields of the extender but its URL */
    private void start(String fields) throws InterruptedException {
        SchedulerConfiguration configuration =
                Yaml.read("extenders: [{urlPrefix: \"" + extender.url() + "\", " + fields + "}]");
        scheduler = cluster.start((client, clock) -> new Scheduler(client, clock, new Random(1), configuration));
    }

    @Test
    void nodesThatItKnowsByNameAreFiltered() throws Exception {
        extender.on("filter", request -> "{\"nodenames\": [\"b\"], \"failedNodes\": {\"a\": \"too hot\"}}");
        start("filterVerb: filter, nodeCacheCapable: true");
        cluster.create(pod("p", "1", "1Gi"));
        cluster.awaitNode("p", "b");
        JsonNode request = extender.requests.getFirst();
        assertThat(request.at("/Pod/metadata/name").asText()).isEqualTo("p");
        assertThat(request.path("NodeNames")).extracting(JsonNode::asText).containsExactlyInAnyOrder("a", "b", "c");
        assertThat(request.path("Nodes").isNull()).isTrue();
    }

    @Test
    void nodesThatItDoesNotKnowAreSentWhole() throws Exception {
        extender.on("filter", request -> "{\"Nodes\": {\"items\": [{\"metadata\": {\"name\": \"c\"}}]}}");
        start("filterVerb: filter");
        cluster.create(pod("p", "1", "1Gi"));
        cluster.awaitNode("p", "c");
        JsonNode request = extender.requests.getFirst();
        assertThat(request.at("/Nodes/items")).hasSize(3);
        assertThat(request.at("/Nodes/items/0/status/allocatable/cpu").isMissingNode())
                .isFalse();
        assertThat(request.path("NodeNames").isNull()).isTrue();
    }

    @Test
    void reasonsAreToldAndTheUnresolvableOnesCountFirst() throws Exception {
        extender.on("filter", request -> """
                {"NodeNames": [], "FailedNodes": {"a": "too hot", "b": "too hot"},
                 "FailedAndUnresolvableNodes": {"b": "on fire"}}""");
        start("filterVerb: filter, nodeCacheCapable: true");
        cluster.create(pod("p", "1", "1Gi"));
        cluster.awaitUnschedulable(
                "p",
                "0/3 nodes are available: 1 on fire, 1 too hot. no new claims to deallocate, preemption: 0/3 nodes are available: 1 No preemption"
                        + " victims found for incoming pod, 2 Preemption is not helpful for scheduling.");
        extender.on("filter", request -> "{\"NodeNames\": [\"a\"]}");
        cluster.create(node("new", "1", "1Gi"));
        cluster.awaitNode("p", "a");
    }

    @Test
    void scoresCountTenTimesTheirWeight() throws Exception {
        extender.on("prioritize", request -> "[{\"host\": \"c\", \"score\": 2}, {\"Host\": \"b\", \"Score\": 1}]");
        start("prioritizeVerb: prioritize, weight: 5, nodeCacheCapable: true");
        cluster.create(pod("p", "3", "6Gi"));
        cluster.awaitNode("p", "c");
        cluster.create(pod("q", "3", "6Gi")); // No room at c any more.
        cluster.awaitNode("q", "b");
    }

    @Test
    void smallWeightDoesNotOutweighThePlugins() throws Exception {
        extender.on("prioritize", request -> "[{\"host\": \"c\", \"score\": 1}]");
        start("prioritizeVerb: prioritize, weight: 1, nodeCacheCapable: true");
        cluster.create(pod("p", "3", "6Gi"));
        cluster.awaitNode("p", "a");
        assertThat(extender.requests("prioritize")).hasSize(1);
    }

    @Test
    void extenderThatCannotScoreAddsNothing() throws Exception {
        start("prioritizeVerb: prioritize, weight: 1");
        cluster.create(pod("p", "1", "1Gi"));
        cluster.awaitNode("p", "a");
    }

    @Test
    void extenderMayBind() throws Exception {
        extender.on("bind", request -> {
            cluster.admin()
                    .createSubresource(
                            Resources.PODS,
                            LiveCluster.key(request.path("PodName").asText()),
                            "binding",
                            new BindingBuilder()
                                    .withNewMetadata()
                                    .withName(request.path("PodName").asText())
                                    .withNamespace(request.path("PodNamespace").asText())
                                    .endMetadata()
                                    .withNewTarget()
                                    .withKind("Node")
                                    .withName(request.path("Node").asText())
                                    .endTarget()
                                    .build());
            return "{}";
        });
        start("bindVerb: bind");
        cluster.create(pod("p", "1", "1Gi"));
        cluster.awaitNode("p", "a");
        assertThat(extender.requests("bind"))
                .singleElement()
                .extracting(r -> r.path("PodUID").asText())
                .isEqualTo(cluster.get("p").getMetadata().getUid());
    }

    @Test
    void podWhoseBindingItRefusesIsTriedAgain() throws Exception {
        extender.on("bind", request -> "{\"error\": \"no\"}");
        start("bindVerb: bind");
        cluster.create(pod("p", "1", "1Gi"));
        await().untilAsserted(
                        () -> assertThat(scheduler.pendingPods().backoff()).isEqualTo(1));
        assertThat(cluster.node("p")).isNull();
    }

    @Test
    void itIsAskedOnlyAboutPodsThatWantWhatItManages() throws Exception {
        extender.on("filter", request -> "{\"NodeNames\": [\"b\"]}");
        start("filterVerb: filter, nodeCacheCapable: true, managedResources: [{name: example.com/gpu,"
                + " ignoredByScheduler: true}]");
        cluster.create(pod("plain", "1", "1Gi"));
        cluster.awaitNode("plain", "a");
        assertThat(extender.requests).isEmpty();
        Pod wanting = new PodBuilder(pod("wanting", "1", "1Gi"))
                .editSpec()
                .editFirstContainer()
                .editResources()
                .addToRequests("example.com/gpu", new Quantity("1"))
                .addToLimits("example.com/gpu", new Quantity("1"))
                .endResources()
                .endContainer()
                .endSpec()
                .build();
        cluster.create(wanting);
        cluster.awaitNode("wanting", "b"); // Although no node says that it has any.
    }

    @Test
    void podWaitsWhenTheExtenderCannotBeAsked() throws Exception {
        start("filterVerb: filter");
        cluster.create(pod("p", "1", "1Gi"));
        await().untilAsserted(
                        () -> assertThat(scheduler.pendingPods().backoff()).isEqualTo(1));
        extender.on("filter", request -> "{\"Nodes\": {\"items\": [{\"metadata\": {\"name\": \"c\"}}]}}");
        cluster.clock.advance(Duration.ofSeconds(1));
        cluster.awaitNode("p", "c");
    }

    @Test
    void thingsGoOnWithoutAnIgnorableExtenderThatDoesNotAnswer() throws Exception {
        extender.on("filter", request -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return "{}";
        });
        start("filterVerb: filter, ignorable: true, httpTimeout: 200ms");
        cluster.create(pod("p", "1", "1Gi"));
        cluster.awaitNode("p", "a");
    }

    @Test
    void extenderChoosesAmongPreemptionsByUid() throws Exception {
        cluster.priorityClass("high", 10);
        start("preemptVerb: preempt, nodeCacheCapable: true");
        for (String name : new String[] {"a", "b", "c"}) {
            cluster.create(new PodBuilder(pod("on-" + name, name.equals("a") ? "8" : "4", "1Gi"))
                    .editSpec()
                    .withTerminationGracePeriodSeconds(0L)
                    .endSpec()
                    .build());
            await().untilAsserted(() -> assertThat(cluster.node("on-" + name)).isNotNull());
        }
        String onC = cluster.podOn("c");
        extender.on("preempt", request -> {
            JsonNode pods = request.at("/NodeNameToMetaVictims/c/Pods");
            return "{\"NodeNameToMetaVictims\": {\"c\": {\"Pods\": " + pods + "}}}";
        });
        cluster.create(new PodBuilder(pod("important", "4", "1Gi"))
                .editSpec()
                .withPriorityClassName("high")
                .endSpec()
                .build());
        cluster.awaitNode("important", "c");
        assertThat(cluster.podOn("c")).isEqualTo("important").isNotEqualTo(onC);
        assertThat(extender.requests("preempt").getFirst().path("NodeNameToMetaVictims"))
                .hasSize(3);
    }
}
