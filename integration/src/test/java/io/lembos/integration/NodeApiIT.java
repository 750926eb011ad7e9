package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.integration.cluster.Command;
import io.lembos.integration.cluster.TestCluster;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The node agent's own HTTPS API: who may ask for what. */
@Tag("node-agent")
class NodeApiIT {
    private static TestCluster cluster;
    private static String address;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("nodeapi").up();
        JsonNode status = cluster.get("nodes").path("items").get(0).path("status");
        address = "https://" + status.path("addresses").get(0).path("address").asText() + ":"
                + status.path("daemonEndpoints")
                        .path("kubeletEndpoint")
                        .path("Port")
                        .asInt();
        cluster.kubectl("create", "serviceaccount", "reader").output();
        cluster.kubectl("create", "serviceaccount", "stranger").output();
        cluster.kubectl("create", "clusterrole", "health", "--verb=get", "--resource=nodes/healthz")
                .output();
        cluster.kubectl(
                        "create",
                        "clusterrolebinding",
                        "health",
                        "--clusterrole=health",
                        "--serviceaccount=default:reader")
                .output();
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    @Test
    @Tag("node-api")
    void whoShowsNothingIsNobody() {
        assertThat(ask("/healthz")).isEqualTo("Unauthorized\n401");
        assertThat(ask("/healthz", "-H", "Authorization: Bearer nonsense")).isEqualTo("Unauthorized\n401");
    }

    @Test
    @Tag("node-api")
    void tokensOpenWhatTheirRolesSay() {
        String reader = "Authorization: Bearer "
                + cluster.kubectl("create", "token", "reader").output().strip();
        String stranger = "Authorization: Bearer "
                + cluster.kubectl("create", "token", "stranger").output().strip();

        assertThat(ask("/healthz", "-H", reader)).isEqualTo("ok200");
        assertThat(ask("/healthz", "-H", stranger))
                .isEqualTo("Forbidden (user=system:serviceaccount:default:stranger, verb=get, resource=nodes,"
                        + " subresource(s)=[healthz, proxy])\n403");
        assertThat(ask("/exec/default/web/main?command=ls&output=1", "-H", reader))
                .endsWith("subresource(s)=[proxy])\n403");
    }

    @Test
    @Tag("node-api")
    void administratorsMayAskByCertificate() {
        String pki = cluster.files().resolve("pki").toString();
        assertThat(ask("/healthz", "--cert", pki + "/admin.crt", "--key", pki + "/admin.key"))
                .isEqualTo("ok200");
    }

    @Test
    void figuresOfTheNodeAndItsPodsAreThere() throws java.io.IOException {
        Command.Result run = cluster.kubectl(
                        "run",
                        "busy",
                        "--image=lembos.local/hello:1",
                        "--command",
                        "--",
                        "/bin/sh",
                        "-c",
                        "while :; do :; done")
                .run("");
        assertThat(run.code()).as(run.all()).isZero();
        cluster.awaitReady("busy");

        JsonNode summary;
        JsonNode busy;
        do { // A speed needs two readings that are apart.
            summary = new com.fasterxml.jackson.databind.ObjectMapper()
                    .readTree(cluster.kubectl("get", "--raw", "/api/v1/nodes/" + nodeName() + "/proxy/stats/summary")
                            .output());
            busy = summary.path("pods").get(0);
        } while (!busy.path("cpu").has("usageNanoCores"));
        assertThat(busy.path("podRef").path("name").asText()).isEqualTo("busy");
        assertThat(busy.path("cpu").path("usageNanoCores").asLong()).isPositive();
        assertThat(busy.path("containers")
                        .get(0)
                        .path("memory")
                        .path("workingSetBytes")
                        .asLong())
                .isPositive();
        assertThat(summary.path("node").path("memory").path("workingSetBytes").asLong())
                .isPositive();

        String metrics = cluster.kubectl("get", "--raw", "/api/v1/nodes/" + nodeName() + "/proxy/metrics/resource")
                .output();
        assertThat(metrics)
                .containsPattern(
                        "container_cpu_usage_seconds_total\\{container=\"busy\",namespace=\"default\",pod=\"busy\"} \\d")
                .containsPattern("node_memory_working_set_bytes \\d")
                .endsWith("resource_scrape_error 0\n");
    }

    @Test
    void podsAndServicesAreReachedThroughTheApiServer() {
        cluster.kubectl("run", "web", "--image=lembos.local/hello:1", "--port=8080")
                .output();
        cluster.awaitReady("web");
        cluster.kubectl("expose", "pod", "web", "--port=80", "--target-port=8080", "--name=web")
                .output();
        cluster.kubectl(
                        "wait",
                        "endpointslice",
                        "-l",
                        "kubernetes.io/service-name=web",
                        "--for=jsonpath={.endpoints[0].conditions.ready}=true",
                        "--timeout=30s")
                .output();

        for (String path :
                List.of("pods/web:8080", "pods/web", "services/web", "services/web:80", "services/http:web:80")) {
            assertThat(cluster.kubectl("get", "--raw", "/api/v1/namespaces/default/" + path + "/proxy/")
                            .output())
                    .as(path)
                    .isEqualTo("Hello from web\n");
        }
        assertThat(cluster.kubectl("get", "--raw", "/api/v1/namespaces/default/services/web:9/proxy/")
                        .run("")
                        .err())
                .contains("no service port 9 found for service \"web\"");
    }

    private static String nodeName() {
        return cluster.get("nodes")
                .path("items")
                .get(0)
                .path("metadata")
                .path("name")
                .asText();
    }

    /** The answer with its code. */
    private static String ask(String path, String... options) {
        List<String> line = new ArrayList<>(List.of("curl", "-sk", "-w", "%{http_code}"));
        line.addAll(List.of(options));
        line.add(address + path);
        return new Command(cluster.environment(), line).output();
    }
}
