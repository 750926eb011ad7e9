package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.integration.cluster.Command;
import io.lembos.integration.cluster.TestCluster;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The node agent's own HTTPS API: who may ask for what. */
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
    void whoShowsNothingIsNobody() {
        assertThat(ask("/healthz")).isEqualTo("Unauthorized\n401");
        assertThat(ask("/healthz", "-H", "Authorization: Bearer nonsense")).isEqualTo("Unauthorized\n401");
    }

    @Test
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
    void administratorsMayAskByCertificate() {
        String pki = cluster.files().resolve("pki").toString();
        assertThat(ask("/healthz", "--cert", pki + "/admin.crt", "--key", pki + "/admin.key"))
                .isEqualTo("ok200");
    }

    /** The answer with its code. */
    private static String ask(String path, String... options) {
        List<String> line = new ArrayList<>(List.of("curl", "-sk", "-w", "%{http_code}"));
        line.addAll(List.of(options));
        line.add(address + path);
        return new Command(cluster.environment(), line).output();
    }
}
