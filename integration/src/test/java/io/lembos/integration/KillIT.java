package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.integration.cluster.AdminHttp;
import io.lembos.integration.cluster.Checkout;
import io.lembos.integration.cluster.EtcdProcess;
import io.lembos.integration.cluster.TestCluster;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** SIGKILL of the process while objects are being created: nothing acknowledged is lost, containers never notice. */
@Tag("node-agent")
class KillIT {
    private static final int CREATES_PER_SECOND = 200;
    private static final int ACKNOWLEDGED_BEFORE_KILL = 400;

    @Test
    void killedEmbeddedClusterKeepsWhatItAcknowledgedAndItsContainers() throws Exception {
        try (TestCluster cluster = TestCluster.create("kill").up()) {
            survivesKill(cluster);
        }
    }

    @Test
    void killedClusterOnEtcdKeepsWhatItAcknowledgedAndItsContainers() throws Exception {
        try (EtcdProcess etcd = EtcdProcess.start();
                TestCluster cluster =
                        TestCluster.create("kill").up("--store", "etcd", "--etcd-endpoints", etcd.endpoint())) {
            survivesKill(cluster);
        }
    }

    private static void survivesKill(TestCluster cluster) throws Exception {
        cluster.kubectl(
                        "apply",
                        "-f",
                        Checkout.root().resolve("examples/hello/").toString())
                .output();
        cluster.kubectl("rollout", "status", "deployment/hello", "--timeout=60s")
                .output();
        List<String> tasks = cluster.runningTasks();
        Map<String, String> containers = containers(cluster);

        Set<String> acknowledged = createUntilKilled(cluster);
        assertThat(cluster.runningTasks()).isEqualTo(tasks);

        cluster.up();
        Set<String> present = new TreeSet<>();
        cluster.get("configmaps")
                .path("items")
                .forEach(c -> present.add(c.path("metadata").path("name").asText()));
        assertThat(present).containsAll(acknowledged);
        assertThat(cluster.runningTasks()).isEqualTo(tasks);
        cluster.kubectl("wait", "--for=condition=Ready", "pod", "-l", "app=hello", "--timeout=30s")
                .output();
        assertThat(containers(cluster)).isEqualTo(containers);
    }

    /** Creates at a steady rate, kills in the middle of it, and returns the names that were acknowledged. */
    private static Set<String> createUntilKilled(TestCluster cluster) throws Exception {
        ProcessHandle server = cluster.process();
        Set<String> acknowledged = new ConcurrentSkipListSet<>();
        CountDownLatch enough = new CountDownLatch(ACKNOWLEDGED_BEFORE_KILL);
        AtomicInteger next = new AtomicInteger();
        ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
        try (AdminHttp http = AdminHttp.of(cluster)) {
            clock.scheduleAtFixedRate(
                    () -> {
                        String name = "cm-" + next.incrementAndGet();
                        http.post("/api/v1/namespaces/default/configmaps", configMap(name), code -> {
                            if (code == 201) {
                                acknowledged.add(name);
                                enough.countDown();
                            }
                        });
                    },
                    0,
                    1_000_000 / CREATES_PER_SECOND,
                    TimeUnit.MICROSECONDS);
            assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();
            server.destroyForcibly();
            server.onExit().get(10, TimeUnit.SECONDS);
        } finally {
            clock.shutdownNow();
        }
        return acknowledged;
    }

    private static String configMap(String name) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name
                + "\"},\"data\":{\"key\":\"value\"}}";
    }

    /** Container id and restart count by pod. */
    private static Map<String, String> containers(TestCluster cluster) {
        Map<String, String> found = new HashMap<>();
        for (JsonNode pod : cluster.get("pods", "-l", "app=hello").path("items")) {
            JsonNode status = pod.path("status").path("containerStatuses").path(0);
            found.put(
                    pod.path("metadata").path("uid").asText(),
                    status.path("containerID").asText() + " restarts="
                            + status.path("restartCount").asInt());
        }
        return found;
    }
}
