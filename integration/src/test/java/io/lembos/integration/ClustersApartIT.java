package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.integration.cluster.Command;
import io.lembos.integration.cluster.TestCluster;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Names, ports, files: clusters on one machine do not touch each other, nor anything else of the user's. */
class ClustersApartIT {

    @Test
    void takenPortIsMovedUnlessItWasAskedFor() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                TestCluster cluster = TestCluster.create("ports")) {
            String port = String.valueOf(taken.getLocalPort());
            Command.Result asked = cluster.lembos("up", "--runtime", "simulated", "--api-port", port)
                    .run("");
            assertThat(asked.code()).isEqualTo(1);
            assertThat(asked.err()).contains("port " + port + " is taken; choose another with --api-port");

            cluster.up("--runtime", "simulated");
            try (TestCluster other = TestCluster.create("ports2").up("--runtime", "simulated")) {
                assertThat(other.status().path("server"))
                        .isNotEqualTo(cluster.status().path("server"));
                assertThat(other.status().path("podCIDR").asText()).startsWith("10.244.");
            }
        }
    }

    @Test
    void upMergesTheKubeconfigAndDeleteTakesItsEntriesOut() throws Exception {
        try (TestCluster cluster = TestCluster.create("merge")) {
            Files.writeString(cluster.kubeconfig(), """
                    apiVersion: v1
                    kind: Config
                    current-context: mine
                    contexts:
                      - name: mine
                        context: {cluster: mine, user: mine}
                    clusters: []
                    users: []
                    """);
            cluster.up("--runtime", "simulated");

            assertThat(cluster.kubectl("config", "get-contexts", "-o", "name")
                            .output()
                            .lines())
                    .containsExactlyInAnyOrder("mine", "merge");
            assertThat(cluster.kubectl("config", "current-context").output()).isEqualTo("merge\n");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cluster.kubeconfig())))
                    .isEqualTo("rw-------");

            cluster.lembos("delete").output();
            assertThat(cluster.kubectl("config", "get-contexts", "-o", "name").output())
                    .isEqualTo("mine\n");
            assertThat(cluster.files()).doesNotExist();
        }
    }

    @Test
    void statusTellsWhatRunsAndFailsWhenDown() throws Exception {
        try (TestCluster cluster = TestCluster.create("status").up("--runtime", "simulated")) {
            JsonNode up = cluster.status();
            assertThat(up.path("running").asBoolean()).isTrue();
            assertThat(up.path("nodes").path(0).path("ready").asBoolean()).isTrue();

            cluster.lembos("down").output();
            Command.Result down = cluster.lembos("status", "-o", "json").run("");
            assertThat(down.code()).isEqualTo(3);
            assertThat(cluster.status().path("running").asBoolean()).isFalse();
        }
    }

    @Test
    void privateFilesAreTheOwnersAlone() throws Exception {
        try (TestCluster cluster = TestCluster.create("files").up("--runtime", "simulated")) {
            for (String file : List.of("pki/ca.key", "pki/admin.key", "admin.kubeconfig", "cluster.json")) {
                assertThat(PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(cluster.files().resolve(file))))
                        .as(file)
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void simulatedClusterRunsADeploymentWithoutContainers() {
        try (TestCluster cluster = TestCluster.create("sim").up("--runtime", "simulated")) {
            cluster.kubectl(
                            "apply",
                            "-f",
                            io.lembos.integration.cluster.Checkout.root()
                                    .resolve("examples/hello/")
                                    .toString())
                    .output();
            cluster.kubectl("wait", "--for=condition=Available", "deployment/hello", "--timeout=60s")
                    .output();
            assertThat(cluster.get("nodes")
                            .path("items")
                            .path(0)
                            .path("status")
                            .path("nodeInfo")
                            .path("containerRuntimeVersion")
                            .asText())
                    .startsWith("simulated://");
        }
    }
}
