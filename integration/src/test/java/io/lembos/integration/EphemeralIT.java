package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.integration.cluster.Command;
import io.lembos.integration.cluster.TestCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Looking into a running pod with a container that is added to it. */
@Tag("node-agent")
@Timeout(180)
class EphemeralIT {
    private static TestCluster cluster;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("ephemeral").up();
        Command.Result applied = cluster.kubectl("apply", "-f", "-").run("""
                apiVersion: v1
                kind: Pod
                metadata: {name: watched}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                    - name: main
                      image: lembos.local/hello:1
                      command: [/bin/busybox, sleep, "4711"]
                """);
        assertThat(applied.code()).as(applied.all()).isZero();
        cluster.awaitReady("watched");
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    @Test
    void debuggerSeesTheProcessesOfItsTargetAndRunsOnce() {
        debug("peek", "--target=main", "/bin/busybox ps; exit 3");
        String ended =
                "--for=jsonpath={.status.ephemeralContainerStatuses[?(@.name=='peek')].state.terminated.exitCode}=3";
        cluster.kubectl("wait", "pod/watched", ended, "--timeout=60s").output();

        assertThat(cluster.kubectl("logs", "watched", "-c", "peek").output()).contains("sleep 4711");
        JsonNode status = cluster.get("pod", "watched").path("status");
        assertThat(status.at("/ephemeralContainerStatuses/0/restartCount").asInt())
                .isZero();
        assertThat(status.path("phase").asText()).isEqualTo("Running");

        Command.Result removed = cluster.kubectl(
                        "patch",
                        "pod",
                        "watched",
                        "--subresource=ephemeralcontainers",
                        "--type=json",
                        "-p=[{\"op\":\"remove\",\"path\":\"/spec/ephemeralContainers\"}]")
                .run("");
        assertThat(removed.all()).contains("existing ephemeral containers \"peek\" may not be removed");
    }

    @Test
    void debuggerNeedsATargetThatIsThere() {
        Command.Result refused = cluster.kubectl(
                        "debug", "watched", "--image=lembos.local/hello:1", "--target=nobody", "-c", "lost")
                .run("");
        assertThat(refused.code()).isNotZero();
        assertThat(refused.all()).contains("targetContainerName: Not found: \"nobody\"");
    }

    private static void debug(String name, String target, String script) {
        cluster.kubectl(
                        "debug",
                        "watched",
                        "--image=lembos.local/hello:1",
                        target,
                        "-c",
                        name,
                        "--profile=general",
                        "--",
                        "/bin/sh",
                        "-c",
                        script)
                .output();
    }
}
