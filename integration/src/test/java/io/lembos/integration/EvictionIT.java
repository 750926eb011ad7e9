package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.integration.cluster.Checkout;
import io.lembos.integration.cluster.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A node that runs short sends pods away and removes images, and ends its pods before it goes down. The node is started
 * anew in between, so the order counts.
 */
@Tag("node-agent")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EvictionIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HELLO = "lembos.local/hello:1";

    private static TestCluster cluster;

    @BeforeAll
    static void up() throws Exception {
        cluster = TestCluster.create("eviction");
        cluster.upWithKubelet("""
                evictionPressureTransitionPeriod: 1s
                imageGCHighThresholdPercent: 1
                imageGCLowThresholdPercent: 0
                shutdownGracePeriod: 10s
                shutdownGracePeriodCriticalPods: 2s
                """);
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    @Test
    @Order(1)
    void podThatFillsItsVolumeBeyondTheLimitIsEvicted() {
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: filler}
                spec:
                  volumes: [{name: cache, emptyDir: {sizeLimit: 1Mi}}]
                  containers:
                  - name: main
                    image: lembos.local/hello:1
                    command: [/bin/sh, -c, "/bin/busybox dd if=/dev/zero of=/cache/f bs=1M count=2; /bin/busybox sleep 600"]
                    volumeMounts: [{name: cache, mountPath: /cache}]
                """);
        cluster.awaitPhase("filler", "Failed");

        JsonNode pod = cluster.get("pod", "filler");
        String why = "Usage of EmptyDir volume \"cache\" exceeds the limit \"1Mi\". ";
        assertThat(pod.at("/status/reason").asText()).isEqualTo("Evicted");
        assertThat(pod.at("/status/message").asText()).isEqualTo(why);
        await().atMost(PATIENCE)
                .until(() -> cluster.events("filler", "Evicted").contains(why.trim())
                        || cluster.events("filler", "Evicted").contains(why));
        Path files = cluster.files()
                .resolve("kubelet/pods")
                .resolve(pod.at("/metadata/uid").asText());
        await().atMost(PATIENCE).until(() -> !Files.exists(files.resolve("volumes")));
        assertThat(files.resolve("containers")).exists();
    }

    @Test
    @Order(2)
    void imagesThatNobodyUsesGoUnlessTheyCouldNotBeFetchedAgain() throws Exception {
        Path folder = Checkout.root().resolve("examples/hello/image");
        cluster.lembos("image", "build", "brought:1", folder.toString()).output();
        try (SickRegistry one = new SickRegistry("one");
                SickRegistry other = new SickRegistry("other")) {
            run("user", one.image(), "IfNotPresent");
            run("once", other.image(), "IfNotPresent");
            cluster.awaitReady("user");
            cluster.awaitReady("once");
            cluster.kubectl("delete", "pod", "once", "--grace-period=1").output();

            kill();
            cluster.up();
            await().atMost(PATIENCE)
                    .until(() -> Files.readString(cluster.files().resolve("lembos.log"))
                            .contains("[" + other.image() + "] is removed"));
            run("user-too", one.image(), "Never");
            run("bringer", "brought:1", "Never");
            run("late", other.image(), "Never");
            cluster.awaitReady("user-too");
            cluster.awaitReady("bringer");
            cluster.kubectl(
                            "wait",
                            "pod/late",
                            "--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=ErrImageNeverPull",
                            "--timeout=60s")
                    .output();
        }
    }

    @Test
    @Order(3)
    void nodeThatGoesDownEndsItsPods() throws Exception {
        run("waiter", HELLO, "Never");
        cluster.awaitReady("waiter");
        ProcessHandle server = cluster.process();
        server.destroy();
        server.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(cluster.runningTasks()).isEmpty();

        cluster.upWithKubelet("evictionHard: {memory.available: 100000Gi}\n");
        JsonNode status = cluster.get("pod", "waiter").path("status");
        assertThat(status.path("phase").asText()).isEqualTo("Failed");
        assertThat(status.path("reason").asText()).isEqualTo("Terminated");
        assertThat(status.path("message").asText())
                .isEqualTo("Pod was terminated in response to imminent node shutdown.");
        assertThat(cluster.kubectl("get", "pod", "waiter", "-o", "jsonpath={.status.conditions[*].type}")
                        .output())
                .contains("DisruptionTarget");
    }

    @Test
    @Order(4)
    void nodeThatIsShortOfMemoryTakesNoPodThatAsksForNone() {
        cluster.kubectl("wait", "node", "--all", "--for=condition=MemoryPressure", "--timeout=60s")
                .output();
        await().atMost(PATIENCE)
                .until(() -> cluster.get("nodes")
                        .at("/items/0/spec/taints/0/key")
                        .asText()
                        .equals("node.kubernetes.io/memory-pressure"));
        run("unplaced", HELLO, "Never");
        cluster.kubectl("wait", "pod/unplaced", "--for=condition=PodScheduled=false", "--timeout=60s")
                .output();
        // Somebody sends it there all the same.
        String node = cluster.get("nodes").at("/items/0/metadata/name").asText();
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: modest}
                spec:
                  nodeName: %s
                  containers: [{name: main, image: "lembos.local/hello:1", command: [/bin/busybox, sleep, "600"]}]
                """.formatted(node));
        cluster.awaitPhase("modest", "Failed");

        JsonNode status = cluster.get("pod", "modest").path("status");
        assertThat(status.path("reason").asText()).isEqualTo("Evicted");
        assertThat(status.path("message").asText())
                .isEqualTo("Pod was rejected: The node had condition: [MemoryPressure]. ");
        assertThat(cluster.kubectl("get", "events", "--field-selector=involvedObject.kind=Node")
                        .output())
                .contains("memory.available is ", "less than 100000Gi", "Attempting to reclaim memory");
    }

    @Test
    @Order(5)
    void podThatTheNodeTakesAllTheSameIsEvictedWhenMemoryStaysShort() {
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: bold}
                spec:
                  tolerations: [{key: node.kubernetes.io/memory-pressure, operator: Exists}]
                  containers: [{name: main, image: "lembos.local/hello:1", command: [/bin/busybox, sleep, "600"]}]
                """);
        cluster.awaitPhase("bold", "Failed");

        JsonNode status = cluster.get("pod", "bold").path("status");
        assertThat(status.path("reason").asText()).isEqualTo("Evicted");
        assertThat(status.path("message").asText())
                .startsWith("The node was low on resource: memory. Threshold quantity: 100000Gi, available: ");
        assertThat(cluster.kubectl(
                                "get",
                                "pod",
                                "bold",
                                "-o",
                                "jsonpath={.status.conditions[?(@.type==\"DisruptionTarget\")].reason}")
                        .output())
                .isEqualTo("TerminationByKubelet");
    }

    private static void kill() throws Exception {
        ProcessHandle server = cluster.process();
        server.destroyForcibly();
        server.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static void run(String pod, String image, String pull) {
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  terminationGracePeriodSeconds: 2
                  containers:
                  - {name: main, image: "%s", imagePullPolicy: %s, command: [/bin/busybox, sleep, "600"]}
                """.formatted(pod, image, pull));
    }
}
