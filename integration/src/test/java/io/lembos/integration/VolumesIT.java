package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.integration.cluster.TestCluster;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A claim works out of the box, on real containers: data outlives its pod and goes with its claim. */
@Tag("node-agent")
class VolumesIT {

    @Test
    void dataOutlivesThePodAndGoesWithTheClaim() {
        try (TestCluster cluster = TestCluster.create("volumes").up()) {
            assertThat(cluster.kubectl("get", "storageclass").output()).contains("standard (default)");
            cluster.apply("""
                            apiVersion: v1
                            kind: PersistentVolumeClaim
                            metadata:
                              name: data
                            spec:
                              accessModes: [ReadWriteOnce]
                              resources:
                                requests:
                                  storage: 1Gi
                            """);
            assertThat(cluster.get("pvc", "data").at("/status/phase").asText()).isEqualTo("Pending");
            runs(cluster, "writer", "echo kept >/data/file");
            JsonNode claim = cluster.get("pvc", "data");
            assertThat(claim.at("/status/phase").asText()).isEqualTo("Bound");
            JsonNode volume = cluster.get("pv", claim.at("/spec/volumeName").asText());
            Path folder = Path.of(volume.at("/spec/local/path").asText());
            assertThat(folder).startsWith(cluster.files());
            assertThat(folder.resolve("file")).hasContent("kept");

            cluster.kubectl("delete", "pod", "writer").output();
            runs(cluster, "reader", "cat /data/file");
            assertThat(cluster.kubectl("logs", "reader").output()).isEqualTo("kept\n");

            cluster.kubectl("delete", "pod", "reader").output();
            cluster.kubectl("delete", "pvc", "data", "--timeout=30s").output();
            cluster.kubectl(
                            "wait",
                            "--for=delete",
                            "pv/" + volume.at("/metadata/name").asText(),
                            "--timeout=30s")
                    .output();
            assertThat(folder).doesNotExist();
        }
    }

    /** Runs a script in a pod with the claim, to its end. */
    private static void runs(TestCluster cluster, String name, String script) {
        cluster.apply("""
                        apiVersion: v1
                        kind: Pod
                        metadata:
                          name: %s
                        spec:
                          restartPolicy: Never
                          containers:
                          - name: main
                            image: lembos.local/hello:1
                            command: [sh, -c, "%s"]
                            volumeMounts:
                            - name: data
                              mountPath: /data
                          volumes:
                          - name: data
                            persistentVolumeClaim:
                              claimName: data
                        """.formatted(name, script));
        cluster.awaitPhase(name, "Succeeded");
    }
}
