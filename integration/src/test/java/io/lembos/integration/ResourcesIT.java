package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.integration.cluster.Command;
import io.lembos.integration.cluster.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What real containers get of the machine. */
@Tag("node-agent")
class ResourcesIT {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static TestCluster cluster;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("resources").up();
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    @Test
    void podsLieInTheTierOfTheirQuality() throws IOException {
        run("kept", "{limits: {cpu: 100m, memory: 32Mi}}");
        run("asked", "{requests: {cpu: 250m}}");
        run("modest", "{}");

        Path kept = cgroup("kept");
        Path asked = cgroup("asked");
        Path modest = cgroup("modest");
        assertThat(kept.getParent().getFileName()).hasToString("kubepods");
        assertThat(asked.getParent()).isEqualTo(kept.resolveSibling("burstable"));
        assertThat(modest.getParent()).isEqualTo(kept.resolveSibling("besteffort"));
        if (!Files.exists(CGROUPS.resolve("cgroup.controllers"))) {
            assertThat(kept.resolve("cpu.cfs_quota_us")).hasContent("10000");
            assertThat(asked.resolve("cpu.shares")).hasContent("256");
            assertThat(asked.getParent().resolve("cpu.shares")).hasContent("256");
            assertThat(modest.resolve("cpu.shares")).hasContent("2");
        }
        // Not every machine lets even root lower it; there containerd leaves it as it is.
        assertThat(oomScore("kept")).isIn("-997\n", "0\n");
        assertThat(oomScore("asked")).isEqualTo("999\n");
        assertThat(oomScore("modest")).isEqualTo("1000\n");

        cluster.kubectl("delete", "pod", "kept", "asked", "modest", "--grace-period=1")
                .output();
        assertThat(kept).doesNotExist();
        assertThat(asked).doesNotExist();
    }

    @Test
    void podThatTheNodeHasNoRoomForIsRejected() {
        String node = cluster.get("nodes").at("/items/0/metadata/name").asText();
        Command.Result result = cluster.kubectl("apply", "-f", "-").run("""
                apiVersion: v1
                kind: Pod
                metadata: {name: huge}
                spec:
                  nodeName: %s
                  containers: [{name: main, image: "lembos.local/hello:1", resources: {requests: {cpu: 1000}}}]
                """.formatted(node));
        assertThat(result.code()).as(result.all()).isZero();
        cluster.awaitPhase("huge", "Failed");

        JsonNode status = cluster.get("pod", "huge").path("status");
        assertThat(status.path("reason").asText()).isEqualTo("OutOfcpu");
        assertThat(status.path("message").asText())
                .startsWith("Pod was rejected: Node didn't have enough resource: cpu, requested: 1000000, used: ");
        cluster.kubectl("delete", "pod", "huge", "--timeout=20s").output();
    }

    @Test
    void runningPodIsResizedInPlace() throws IOException {
        run("growing", "{requests: {cpu: 100m}, limits: {cpu: 200m, memory: 64Mi}}");
        String id = cluster.container("growing").path("containerID").asText();
        resize("growing", "{\"requests\":{\"cpu\":\"200m\"},\"limits\":{\"cpu\":\"400m\",\"memory\":\"96Mi\"}}");
        cluster.kubectl(
                        "wait",
                        "pod/growing",
                        "--for=jsonpath={.status.containerStatuses[0].resources.limits.cpu}=400m",
                        "--timeout=20s")
                .output();

        assertThat(cluster.container("growing").path("containerID").asText()).isEqualTo(id);
        assertThat(cluster.container("growing").path("restartCount").asInt()).isZero();
        assertThat(cluster.container("growing").at("/allocatedResources/cpu").asText())
                .isEqualTo("200m");
        Path pod = cgroup("growing");
        if (!Files.exists(CGROUPS.resolve("cgroup.controllers"))) {
            assertThat(pod.resolve("cpu.cfs_quota_us")).hasContent("40000");
            try (Stream<Path> inside = Files.list(pod)) {
                assertThat(inside.filter(Files::isDirectory).map(p -> read(p.resolve("cpu.cfs_quota_us"))))
                        .contains("40000");
            }
        }

        resize("growing", "{\"requests\":{\"cpu\":\"1000\"},\"limits\":{\"cpu\":\"1000\"}}");
        cluster.kubectl("wait", "pod/growing", "--for=condition=PodResizePending", "--timeout=20s")
                .output();
        assertThat(cluster.kubectl("get", "pod", "growing", "-o", "jsonpath={.status.conditions[*].reason}")
                        .output())
                .contains("Infeasible");
        assertThat(cluster.container("growing").at("/resources/limits/cpu").asText())
                .isEqualTo("400m");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).trim();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void resize(String pod, String resources) {
        cluster.kubectl(
                        "patch",
                        "pod",
                        pod,
                        "--subresource=resize",
                        "-p",
                        "{\"spec\":{\"containers\":[{\"name\":\"main\",\"resources\":" + resources + "}]}}")
                .output();
    }

    @Test
    void runtimeClassNamesWhatRunsThePod() {
        for (String handler : List.of("runc", "gvisor")) {
            cluster.apply("""
                    apiVersion: node.k8s.io/v1
                    kind: RuntimeClass
                    metadata: {name: by-%1$s}
                    handler: %1$s
                    ---
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: by-%1$s}
                    spec:
                      runtimeClassName: by-%1$s
                      containers: [{name: main, image: "lembos.local/hello:1"}]
                    """.formatted(handler));
        }
        cluster.awaitReady("by-runc");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(cluster.events("by-gvisor", "FailedCreatePodSandBox"))
                        .first()
                        .asString()
                        .contains("no runtime for \"gvisor\" is configured"));
    }

    @Test
    @Tag("node-api")
    void nodeTellsItsImages() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(cluster.get("nodes")
                                .at("/items/0/status/images")
                                .toString())
                        .contains("lembos.local/hello:1"));
    }

    @Test
    @Tag("node-api")
    void nodeKeepsSomethingForItself() {
        JsonNode status = cluster.get("nodes").at("/items/0/status");

        long capacity = kibibytes(status.at("/capacity/memory").asText());
        assertThat(kibibytes(status.at("/allocatable/memory").asText())).isEqualTo(capacity - 100 * 1024);
        assertThat(status.at("/allocatable/pods").asText()).isEqualTo("110");
        assertThat(status.path("capacity").has("hugepages-2Mi")).isTrue();
    }

    private static long kibibytes(String quantity) {
        assertThat(quantity).endsWith("Ki");
        return Long.parseLong(quantity.replace("Ki", ""));
    }

    private static String oomScore(String pod) {
        return cluster.kubectl("exec", pod, "--", "/bin/busybox", "cat", "/proc/1/oom_score_adj")
                .output();
    }

    /** In the hierarchy of the CPU. */
    private static Path cgroup(String pod) throws IOException {
        String uid = cluster.get("pod", pod).at("/metadata/uid").asText();
        Path cpu = CGROUPS.resolve("cpu");
        try (Stream<Path> paths = Files.walk(Files.isDirectory(cpu) ? cpu : CGROUPS, 4)) {
            return paths.filter(p -> p.getFileName().toString().equals("pod" + uid))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void run(String name, String resources) {
        String yaml = """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  containers: [{name: main, image: "lembos.local/hello:1", resources: %s}]
                """.formatted(name, resources);
        cluster.apply(yaml);
        cluster.awaitReady(name);
    }
}
