package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lembos.integration.cluster.TestCluster;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Probes against real containers: they kill what hangs, hold back what is not ready, and wait for what starts slowly. */
@Tag("node-agent")
@Timeout(180)
class ProbesIT {
    private static final String READY = "--for=condition=Ready";

    private static TestCluster cluster;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("probes").up();
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    @Test
    void containerWithoutLifeIsKilledAndStartedAgain() {
        apply("dead", "echo up; exec /bin/busybox sleep 1000", """
                livenessProbe:
                  exec: {command: [/bin/sh, -c, "echo no pulse; exit 1"]}
                  periodSeconds: 1
                  failureThreshold: 2
                  terminationGracePeriodSeconds: 1
                """);
        cluster.kubectl(
                        "wait",
                        "pod/dead",
                        "--for=jsonpath={.status.containerStatuses[0].restartCount}=1",
                        "--timeout=60s")
                .output();

        assertThat(cluster.events("dead", "Unhealthy")).contains("Liveness probe failed: no pulse\n");
        assertThat(cluster.events("dead", "Killing"))
                .contains("Container main failed liveness probe, will be restarted");
        assertThat(cluster.container("dead")
                        .path("lastState")
                        .path("terminated")
                        .path("exitCode")
                        .asInt())
                .isEqualTo(137);
    }

    @Test
    void podIsReadyWhileItsProbeSaysSo() {
        apply("moody", "exec /bin/busybox sleep 1000", """
                readinessProbe:
                  exec: {command: [/bin/busybox, test, -e, /ready]}
                  periodSeconds: 1
                  failureThreshold: 1
                """);
        cluster.awaitPhase("moody", "Running");
        assertThat(cluster.kubectl("wait", "pod/moody", READY, "--timeout=3s")
                        .run("")
                        .code())
                .isNotZero();

        cluster.kubectl("exec", "moody", "--", "/bin/busybox", "touch", "/ready")
                .output();
        cluster.kubectl("wait", "pod/moody", READY, "--timeout=30s").output();
        cluster.kubectl("exec", "moody", "--", "/bin/busybox", "rm", "/ready").output();
        cluster.kubectl("wait", "pod/moody", READY + "=false", "--timeout=30s").output();
        assertThat(cluster.container("moody").path("restartCount").asInt()).isZero();
    }

    @Test
    void slowStartIsWaitedForBeforeLifeIsAskedFor() {
        apply("slow", "/bin/busybox sleep 3; /bin/busybox touch /started; exec /bin/busybox sleep 1000", """
                startupProbe:
                  exec: {command: [/bin/busybox, test, -e, /started]}
                  periodSeconds: 1
                  failureThreshold: 30
                livenessProbe:
                  exec: {command: [/bin/busybox, test, -e, /started]}
                  periodSeconds: 1
                  failureThreshold: 1
                """);
        cluster.kubectl("wait", "pod/slow", READY, "--timeout=60s").output();

        assertThat(cluster.container("slow").path("restartCount").asInt()).isZero();
        assertThat(cluster.container("slow").path("started").asBoolean()).isTrue();
        assertThat(cluster.events("slow", "Unhealthy")).allMatch(m -> m.startsWith("Startup probe failed: "));
    }

    @Test
    void webServerIsAskedByTheNameOfItsPort() {
        String serve = "/bin/busybox mkdir /www; echo hi >/www/fine; exec /bin/busybox httpd -f -p 8080 -h /www";
        apply("web", serve, """
                ports: [{name: http, containerPort: 8080}]
                readinessProbe:
                  httpGet: {path: /fine, port: http}
                  periodSeconds: 1
                """);
        apply("empty", serve, """
                readinessProbe:
                  httpGet: {path: /none, port: 8080}
                  periodSeconds: 1
                """);
        cluster.kubectl("wait", "pod/web", READY, "--timeout=60s").output();

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(cluster.events("empty", "Unhealthy"))
                        .contains("Readiness probe failed: HTTP probe failed with statuscode: 404"));
    }

    private static void apply(String name, String script, String probes) {
        String pod = """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                    - name: main
                      image: lembos.local/hello:1
                      command: [/bin/sh, -c, "%s"]
                """.formatted(name, script) + probes.indent(6);
        cluster.apply(pod);
    }
}
