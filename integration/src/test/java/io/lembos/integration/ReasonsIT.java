package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.integration.cluster.TestCluster;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a pod's status says of containers that ended or cannot start. All pods are made at once. */
@Tag("node-agent")
@Timeout(180)
class ReasonsIT {
    private static final String IMAGE = "lembos.local/hello:1";
    private static final String NEVER = "restartPolicy: Never";
    private static final String SLEEP = "[/bin/busybox, sleep, '3600']";

    private static TestCluster cluster;
    private static boolean containerd;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("reasons").up();
        containerd = cluster.status().path("runtime").asText().equals("containerd");
        StringBuilder all = new StringBuilder();
        all.append(pod("completed", IMAGE, "[/bin/busybox, 'true']", "", "restartPolicy: Never"));
        all.append(pod("failed", IMAGE, "[/bin/busybox, sh, -c, echo why >/dev/termination-log; exit 3]", "", NEVER));
        all.append(pod(
                "starved",
                IMAGE,
                "[/bin/busybox, sh, -c, 'x=$(/bin/busybox yes | /bin/busybox head -c 200000000)']",
                "resources: {limits: {memory: 16Mi}}",
                NEVER));
        all.append(pod("late", IMAGE, SLEEP, "", "activeDeadlineSeconds: 3, shareProcessNamespace: true, " + NEVER));
        all.append(
                pod("deaf", IMAGE, SLEEP, "", "activeDeadlineSeconds: 3, terminationGracePeriodSeconds: 1, " + NEVER));
        all.append(pod("again", IMAGE, "[/bin/busybox, 'false']", "", "restartPolicy: Always"));
        all.append(pod("confused", IMAGE, SLEEP, "envFrom: [{configMapRef: {name: none}}]", NEVER));
        all.append(pod("never", "none:1", SLEEP, "imagePullPolicy: Never", NEVER));
        all.append(pod("misnamed", "UPPER:1", SLEEP, "", NEVER));
        all.append(pod("unreachable", "127.0.0.1:1/none:1", SLEEP, "", NEVER));
        all.append(pod("absent", IMAGE, "[/none]", "", NEVER));
        all.append(pod(
                "held-up",
                IMAGE,
                SLEEP,
                "volumeMounts: [{name: v, mountPath: /v}]",
                "volumes: [{name: v, image: {reference: '127.0.0.1:1/data:1'}}], " + NEVER));
        all.append(pod(
                "showing",
                IMAGE,
                SLEEP,
                "volumeMounts: [{name: v, mountPath: /v, subPath: bin}]",
                "os: {name: linux}, securityContext: {runAsUser: 7, runAsGroup: 8}, volumes: [{name: v, image: {reference: '"
                        + IMAGE + "'}}], " + NEVER));
        all.append(pod(
                "obedient",
                IMAGE,
                "[/bin/busybox, sh, -c, 'trap \"exit 9\" USR1; while true; do /bin/busybox sleep 0.1; done']",
                "lifecycle: {stopSignal: SIGUSR1}",
                "os: {name: linux}, activeDeadlineSeconds: 3, " + NEVER));
        cluster.apply(all.toString());
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    private static String pod(String name, String image, String command, String ofContainer, String ofPod) {
        String more = ofContainer.isEmpty() ? "" : ", " + ofContainer;
        return """
                ---
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec: {containers: [{name: main, image: "%s", command: %s%s}], %s}
                """.formatted(name, image, command, more, ofPod);
    }

    private static JsonNode ended(String pod, String phase) {
        cluster.awaitPhase(pod, phase);
        return cluster.container(pod).at("/state/terminated");
    }

    private static JsonNode waits(String pod, String reason) {
        return await().atMost(Duration.ofSeconds(60))
                .until(
                        () -> cluster.container(pod).at("/state/waiting"),
                        w -> w.path("reason").asText().equals(reason));
    }

    private static void assertEnd(JsonNode end, String reason, int code) {
        assertThat(end.path("reason").asText()).isEqualTo(reason);
        assertThat(end.path("exitCode").asInt()).isEqualTo(code);
    }

    @Test
    void containersThatEndSayHow() {
        assertEnd(ended("completed", "Succeeded"), "Completed", 0);
        JsonNode failed = ended("failed", "Failed");
        assertEnd(failed, "Error", 3);
        assertThat(failed.path("message").asText()).isEqualTo("why\n");
        assertEnd(ended("starved", "Failed"), "OOMKilled", 137);
    }

    @Test
    void podsThatAreTooOldEndByTheSignalThatEndedThem() {
        assertEnd(ended("late", "Failed"), "Error", 143);
        assertEnd(ended("deaf", "Failed"), "Error", 137);
        JsonNode status = cluster.get("pod", "late").path("status");
        assertThat(status.path("reason").asText()).isEqualTo("DeadlineExceeded");
        assertThat(status.path("message").asText())
                .isEqualTo("Pod was active on the node longer than the specified deadline");
        if (!containerd) {
            assertEnd(ended("obedient", "Failed"), "Error", 9);
            assertThat(cluster.container("obedient").path("stopSignal").asText())
                    .isEqualTo("SIGUSR1");
        }
    }

    @Test
    void containerThatKeepsEndingWaitsAndTellsHowItEnded() {
        JsonNode waiting = waits("again", "CrashLoopBackOff");
        assertThat(waiting.path("message").asText())
                .startsWith("back-off 10s restarting failed container=main pod=again_default(");
        assertEnd(cluster.container("again").at("/lastState/terminated"), "Error", 1);
    }

    @Test
    void containersThatCannotStartSayWhy() {
        assertThat(waits("confused", "CreateContainerConfigError")
                        .path("message")
                        .asText())
                .isEqualTo("configmap \"none\" not found");
        assertThat(waits("never", "ErrImageNeverPull").path("message").asText())
                .isEqualTo("Container image \"none:1\" is not present with pull policy of Never");
        assertThat(waits("misnamed", "InvalidImageName").path("message").asText())
                .contains("couldn't parse image name \"UPPER:1\"");
        assertThat(waits("unreachable", "ImagePullBackOff").path("message").asText())
                .startsWith("Back-off pulling image \"127.0.0.1:1/none:1\": ErrImagePull: ");
        assertThat(waits("held-up", "ImagePullBackOff").path("message").asText())
                .startsWith("Back-off pulling image \"127.0.0.1:1/data:1\": ErrImagePull: ");
        if (containerd) {
            JsonNode end = ended("absent", "Failed");
            assertEnd(end, "StartError", 128);
            assertThat(end.path("message").asText()).contains("/none");
        } else {
            assertThat(waits("absent", "CreateContainerError").path("message").asText())
                    .contains("/none");
        }
    }

    @Test
    void volumeShowsAnImageWhereTheRuntimeKnowsHow() {
        if (containerd) {
            assertThat(waits("showing", "CreateContainerError").path("message").asText())
                    .isEqualTo("the container runtime does not support image volumes");
            return;
        }
        cluster.awaitReady("showing");
        assertThat(cluster.kubectl("exec", "showing", "--", "/bin/busybox", "ls", "/v")
                        .output())
                .contains("busybox");
        JsonNode status = cluster.container("showing");
        assertThat(status.at("/volumeMounts/0/mountPath").asText()).isEqualTo("/v");
        assertThat(status.at("/user/linux/uid").asInt()).isEqualTo(7);
        assertThat(status.at("/user/linux/gid").asInt()).isEqualTo(8);
    }
}
