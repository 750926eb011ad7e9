package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lembos.integration.cluster.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pods that the node runs because a file says so. */
@Tag("node-agent")
class StaticPodsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static TestCluster cluster;
    private static String node;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("static").up();
        node = cluster.get("nodes")
                .path("items")
                .path(0)
                .path("metadata")
                .path("name")
                .asText();
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    @Test
    void podOfAManifestRunsAsLongAsTheManifestIsThere() throws Exception {
        write("web.yaml", "web", "one");
        String pod = "web-" + node;
        await().atMost(PATIENCE).until(() -> exists(pod));
        cluster.kubectl("wait", "pod/" + pod, "--for=condition=Ready", "--timeout=30s")
                .output();
        String uid = uid(pod);
        String container = container(pod);
        assertThat(cluster.kubectl("logs", pod).output()).isEqualTo("one\n");
        assertThat(cluster.kubectl("exec", pod, "--", "/bin/busybox", "echo", "here")
                        .output())
                .isEqualTo("here\n");

        // Whoever deletes the mirror gets another one, and the container never notices.
        cluster.kubectl("delete", "pod", pod, "--wait=false").output();
        await().atMost(PATIENCE).until(() -> exists(pod) && !uid(pod).equals(uid));
        cluster.kubectl("wait", "pod/" + pod, "--for=condition=Ready", "--timeout=30s")
                .output();
        assertThat(container(pod)).isEqualTo(container);

        // Another content is another pod.
        write("web.yaml", "web", "two");
        await().atMost(PATIENCE)
                .until(() -> exists(pod)
                        && !container(pod).isEmpty()
                        && !container(pod).equals(container));
        cluster.kubectl("wait", "pod/" + pod, "--for=condition=Ready", "--timeout=30s")
                .output();
        assertThat(cluster.kubectl("logs", pod).output()).isEqualTo("two\n");

        Files.delete(manifests().resolve("web.yaml"));
        await().atMost(PATIENCE).until(() -> !exists(pod));
        await().atMost(PATIENCE).until(() -> cluster.runningTasks().isEmpty());
    }

    @Test
    @Tag("node-api")
    void manifestThatIsNoneHoldsUpNoOther() throws Exception {
        Files.writeString(manifests().resolve("a-broken.yaml"), "kind: Pod\nspec: [\n");
        Files.writeString(manifests().resolve(".hidden.yaml"), manifest("hidden", "x"));
        write("good.yaml", "good", "x");

        await().atMost(PATIENCE).until(() -> exists("good-" + node));
        assertThat(exists("hidden-" + node)).isFalse();
        Files.delete(manifests().resolve("good.yaml"));
        await().atMost(PATIENCE).until(() -> !exists("good-" + node));
    }

    /** Beside the folder first, so that nobody reads half of it. */
    private static void write(String file, String pod, String word) throws IOException {
        Path beside = cluster.files().resolve(file);
        Files.writeString(beside, manifest(pod, word));
        Files.move(beside, manifests().resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }

    private static String manifest(String pod, String word) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  terminationGracePeriodSeconds: 1
                  containers:
                  - name: main
                    image: lembos.local/hello:1
                    command: [/bin/sh, -c, "echo %s; while true; do /bin/busybox sleep 1; done"]
                """.formatted(pod, word);
    }

    private static Path manifests() {
        return cluster.files().resolve("kubelet").resolve("manifests");
    }

    private static boolean exists(String pod) {
        return cluster.kubectl("get", "pod", pod).run("").code() == 0;
    }

    private static String uid(String pod) {
        return cluster.get("pod", pod).path("metadata").path("uid").asText();
    }

    private static String container(String pod) {
        return cluster.container(pod).path("containerID").asText();
    }
}
