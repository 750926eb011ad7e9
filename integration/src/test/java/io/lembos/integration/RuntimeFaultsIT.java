package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.integration.cluster.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What happens to pods when the runtime below them is killed, is away for a while, or loses a shim. */
class RuntimeFaultsIT {
    private static TestCluster cluster;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("faults").up();
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    @Test
    void killedContainerdComesBackAndContainersNeverNotice() throws Exception {
        run("calm");
        String before = containerId("calm");

        kill(containerd());

        run("later");
        assertThat(containerId("calm")).isEqualTo(before);
        assertThat(restarts("calm")).isZero();
        assertThat(cluster.kubectl("exec", "calm", "--", "/bin/busybox", "echo", "here")
                        .output())
                .isEqualTo("here\n");
    }

    @Test
    void nodeWhoseRuntimeIsAwaySaysSoAndItsPodsGoOnAfterwards() throws Exception {
        run("patient");
        String before = containerId("patient");
        Path socket = socket();
        Path inTheWay = socket.resolve("in-the-way");

        Files.delete(socket);
        Files.createDirectories(inTheWay);
        kill(containerd());
        cluster.kubectl("wait", "node", "--all", "--for=condition=Ready=false", "--timeout=60s")
                .output();
        assertThat(ready().path("reason").asText()).isEqualTo("KubeletNotReady");
        assertThat(ready().path("message").asText()).startsWith("container runtime is down");
        Files.delete(inTheWay);
        Files.delete(socket);

        cluster.kubectl("wait", "node", "--all", "--for=condition=Ready", "--timeout=60s")
                .output();
        assertThat(containerId("patient")).isEqualTo(before);
        assertThat(restarts("patient")).isZero();
        run("next");
    }

    /** A shim of containerd's holds the whole pod, a conmon of our runtime's one container. */
    @Test
    @Tag("node-agent")
    void podWhoseShimIsKilledStartsAgain() throws Exception {
        run("orphan");
        String address = cluster.get("pod", "orphan").at("/status/podIP").asText();
        ProcessHandle main = child("orphan");
        ProcessHandle shim = main.parent().orElseThrow();

        kill(shim);

        cluster.kubectl("wait", "pod/orphan", "--for=jsonpath={.status.containerStatuses[0].restartCount}=1")
                .output();
        cluster.awaitReady("orphan");
        main.onExit().get(10, TimeUnit.SECONDS); // The next one need not have waited for its very end.
        if (cluster.status().path("runtime").asText().equals("containerd")) {
            assertThat(cluster.get("pod", "orphan").at("/status/podIP").asText())
                    .isNotEmpty()
                    .isNotEqualTo(address);
        }
    }

    private static void run(String pod) {
        String loop = "while true; do /bin/busybox sleep 1; done # " + pod;
        cluster.kubectl("run", pod, "--image=lembos.local/hello:1", "--command", "--", "/bin/sh", "-c", loop)
                .output();
        cluster.awaitReady(pod);
    }

    private static ProcessHandle containerd() {
        return process(line -> line.contains("/containerd ") && line.contains(cluster.home() + "/"));
    }

    private static ProcessHandle child(String pod) {
        return process(line -> line.endsWith("# " + pod) && !line.contains("kubectl"));
    }

    private static ProcessHandle process(Predicate<String> commandLine) {
        return ProcessHandle.allProcesses()
                .filter(p -> p.info().commandLine().filter(commandLine).isPresent())
                .findFirst()
                .orElseThrow();
    }

    private static void kill(ProcessHandle process) throws Exception {
        assertThat(process.destroyForcibly()).isTrue();
        process.onExit().get(10, TimeUnit.SECONDS);
    }

    private static Path socket() {
        return Path.of(cluster.status().path("runtimeEndpoint").asText().replace("unix://", ""));
    }

    private static JsonNode ready() {
        for (JsonNode condition :
                cluster.get("nodes").path("items").path(0).path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition;
            }
        }
        throw new AssertionError("the node does not say whether it is ready");
    }

    private static String containerId(String pod) {
        return cluster.container(pod).path("containerID").asText();
    }

    private static int restarts(String pod) {
        return cluster.container(pod).path("restartCount").asInt();
    }
}
