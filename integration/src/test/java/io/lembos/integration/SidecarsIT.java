package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.integration.cluster.TestCluster;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What starts after what, what is started again, and when a pod is over. */
@Tag("node-agent")
@Timeout(180)
class SidecarsIT {
    private static final String RUNS = "trap exit TERM; while true; do /bin/busybox sleep 0.1; done";

    private static TestCluster cluster;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("sidecars").up();
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    @Test
    void othersStartWhenTheSidecarHasStarted() {
        apply(
                "served",
                "initContainers:\n" + container("side", "/bin/busybox sleep 2; echo >/up; " + RUNS, """
                restartPolicy: Always
                startupProbe: {exec: {command: [/bin/busybox, test, -e, /up]}, periodSeconds: 1}
                """),
                container("main", RUNS, ""));
        cluster.awaitReady("served");

        JsonNode status = cluster.get("pod", "served").path("status");
        Instant side = started(status.at("/initContainerStatuses/0"));
        assertThat(started(status.at("/containerStatuses/0"))).isAfterOrEqualTo(side.plusSeconds(2));
        assertThat(status.at("/initContainerStatuses/0/started").asBoolean()).isTrue();
    }

    @Test
    void sidecarThatEndsIsStartedAgainBesideTheOthers() {
        apply(
                "faithful",
                "initContainers:\n" + container("side", "/bin/busybox sleep 2", "restartPolicy: Always"),
                container("main", RUNS, ""));
        cluster.kubectl(
                        "wait",
                        "pod/faithful",
                        "--for=jsonpath={.status.initContainerStatuses[0].restartCount}=1",
                        "--timeout=60s")
                .output();

        assertThat(cluster.get("pod", "faithful")
                        .at("/status/containerStatuses/0/restartCount")
                        .asInt())
                .isZero();
    }

    @Test
    void podIsDoneWithItsWorkThoughASidecarRuns() {
        apply(
                "job",
                "restartPolicy: Never\ninitContainers:\n" + container("side", RUNS, "restartPolicy: Always"),
                container("main", "/bin/busybox sleep 1", ""));
        cluster.awaitPhase("job", "Succeeded");

        JsonNode side = cluster.get("pod", "job").at("/status/initContainerStatuses/0/state");
        assertThat(side.has("terminated")).isTrue();
    }

    @Test
    void initContainerThatFailsIsTriedAgain() {
        apply(
                "retried",
                "volumes: [{name: memory, emptyDir: {}}]\ninitContainers:\n"
                        + container("first", "test -e /m/x || { echo >/m/x; exit 1; }", """
                        volumeMounts: [{name: memory, mountPath: /m}]
                        """),
                container("main", RUNS, ""));
        cluster.awaitReady("retried");

        assertThat(cluster.get("pod", "retried")
                        .at("/status/initContainerStatuses/0/restartCount")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void exitCodeDecidesWhetherAContainerIsStartedAgain() {
        apply(
                "ruled",
                "restartPolicy: Never\nvolumes: [{name: memory, emptyDir: {}}]",
                container("main", "test -e /m/x && exit 3; echo >/m/x; exit 42", """
                        volumeMounts: [{name: memory, mountPath: /m}]
                        restartPolicy: Never
                        restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [42]}}]
                        """));
        cluster.awaitPhase("ruled", "Failed");

        JsonNode main = cluster.get("pod", "ruled").at("/status/containerStatuses/0");
        assertThat(main.path("restartCount").asInt()).isEqualTo(1);
        assertThat(main.at("/state/terminated/exitCode").asInt()).isEqualTo(3);
    }

    @Test
    void podThatIsActiveTooLongFails() {
        apply("late", "activeDeadlineSeconds: 2", container("main", RUNS, ""));
        cluster.awaitPhase("late", "Failed");

        JsonNode status = cluster.get("pod", "late").path("status");
        assertThat(status.path("reason").asText()).isEqualTo("DeadlineExceeded");
        assertThat(status.at("/containerStatuses/0/state").has("terminated")).isTrue();
        assertThat(cluster.events("late", "DeadlineExceeded"))
                .containsExactly("Pod was active on the node longer than the specified deadline");
    }

    @Test
    void endOfTheLogSaysWhyAContainerFailed() {
        apply(
                "talkative",
                "restartPolicy: Never",
                container("main", "echo no database; exit 1", "terminationMessagePolicy: FallbackToLogsOnError"));
        cluster.awaitPhase("talkative", "Failed");

        assertThat(cluster.get("pod", "talkative")
                        .at("/status/containerStatuses/0/state/terminated/message")
                        .asText())
                .isEqualTo("no database\n");
    }

    private static Instant started(JsonNode container) {
        return Instant.parse(container.at("/state/running/startedAt").asText());
    }

    private static String container(String name, String script, String more) {
        return """
                - name: %s
                  image: lembos.local/hello:1
                  command: [/bin/sh, -c, "%s"]
                """.formatted(name, script) + more.indent(2);
    }

    /** @param fields more of the pod's spec */
    private static void apply(String name, String fields, String containers) {
        String pod = """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  terminationGracePeriodSeconds: 2
                """.formatted(name) + fields.indent(2) + "  containers:\n" + containers.indent(2);
        cluster.apply(pod);
    }
}
