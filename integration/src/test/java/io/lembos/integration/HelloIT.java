package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.integration.cluster.Checkout;
import io.lembos.integration.cluster.EtcdProcess;
import io.lembos.integration.cluster.TestCluster;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The first thing that a user does: up, apply, look, scale, delete; on both stores. */
class HelloIT {
    private static final String EXAMPLE =
            Checkout.root().resolve("examples/hello/").toString();

    @Test
    void helloRunsAsRealContainersOnTheEmbeddedStore() throws Exception {
        try (TestCluster cluster = TestCluster.create("hello").up()) {
            helloRuns(cluster);
        }
    }

    @Test
    void helloRunsOnEtcdAndItsObjectsAreReadableThere() throws Exception {
        try (EtcdProcess etcd = EtcdProcess.start();
                TestCluster cluster =
                        TestCluster.create("hello").up("--store", "etcd", "--etcd-endpoints", etcd.endpoint())) {
            helloRuns(cluster);

            String keys = etcd.etcdctl("get", "/registry", "--prefix", "--keys-only");
            assertThat(keys.lines())
                    .contains("/registry/deployments/default/hello", "/registry/namespaces/kube-system");
            String stored = etcd.etcdctl("get", "/registry/deployments/default/hello", "--print-value-only");
            assertThat(stored).startsWith("{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{");
        }
    }

    private static void helloRuns(TestCluster cluster) throws Exception {
        cluster.kubectl("apply", "-f", EXAMPLE).output();
        cluster.kubectl("wait", "--for=condition=Available", "deployment/hello", "--timeout=60s")
                .output();

        JsonNode pods = cluster.get("pods", "-l", "app=hello").path("items");
        assertThat(pods).hasSize(3);
        assertThat(cluster.runningTasks()).hasSize(6); // Three sandboxes and three containers.
        for (JsonNode pod : pods) {
            String name = pod.path("metadata").path("name").asText();
            String ip = pod.path("status").path("podIP").asText();
            assertThat(fetch("http://" + ip + ":8080/")).isEqualTo("Hello from " + name + "\n");
            assertThat(cluster.kubectl("logs", name).output())
                    .startsWith("serving on port 8080 as " + name + "\n")
                    .contains("response:200");
        }

        cluster.kubectl("scale", "deployment/hello", "--replicas=10").output();
        cluster.kubectl("rollout", "status", "deployment/hello", "--timeout=60s")
                .output();
        String victim = pods.get(0).path("metadata").path("name").asText();
        cluster.kubectl("delete", "pod", victim).output();
        cluster.kubectl("rollout", "status", "deployment/hello", "--timeout=60s")
                .output();
        cluster.kubectl("wait", "--for=condition=Available", "deployment/hello", "--timeout=60s")
                .output();

        JsonNode after = cluster.get("pods", "-l", "app=hello").path("items");
        assertThat(after).hasSize(10);
        assertThat(after)
                .noneMatch(p -> p.path("metadata").path("name").asText().equals(victim));
    }

    private static String fetch(String url) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(10))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
