package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.integration.cluster.Command;
import io.lembos.integration.cluster.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What pods on real containers find in their volumes. */
@Tag("node-agent")
class PodVolumesIT {
    private static final String ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount/";
    private static TestCluster cluster;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("podvolumes").up();
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    @Test
    void everyPodHasATokenThatTheServerKnows() throws Exception {
        cluster.kubectl("run", "caller", "--image=lembos.local/hello:1").output();
        cluster.awaitReady("caller");

        assertThat(in("caller", "cat " + ACCOUNT + "namespace")).isEqualTo("default");
        assertThat(in("caller", "cat " + ACCOUNT + "ca.crt")).startsWith("-----BEGIN CERTIFICATE-----");
        assertThat(in("caller", "grep serviceaccount /proc/mounts"))
                .startsWith("tmpfs ")
                .contains("size=");
        String token = in("caller", "cat " + ACCOUNT + "token");
        String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
        assertThat(claims).contains("\"pod\":{\"name\":\"caller\"");
        // Administrators have a client certificate, which would count before the token.
        Command.Result who = new Command(
                        cluster.environment(),
                        List.of(
                                "curl",
                                "-sk",
                                "-H",
                                "Authorization: Bearer " + token,
                                "-H",
                                "Content-Type: application/json",
                                "-d",
                                "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"SelfSubjectReview\"}",
                                server() + "/apis/authentication.k8s.io/v1/selfsubjectreviews"))
                .run("");
        assertThat(who.out()).contains("system:serviceaccount:default:default");
    }

    @Test
    void filesFollowTheirConfigMapInARunningPod() {
        cluster.kubectl("create", "configmap", "settings", "--from-literal=colour=blue")
                .output();
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: follower
                  labels: {tier: front}
                spec:
                  securityContext: {fsGroup: 4711}
                  volumes:
                    - name: all
                      projected:
                        sources:
                          - configMap: {name: settings}
                          - downwardAPI:
                              items:
                                - {path: labels, fieldRef: {fieldPath: metadata.labels}}
                                - {path: cpu, resourceFieldRef: {containerName: main, resource: requests.cpu, divisor: 1m}}
                          - serviceAccountToken: {path: token, audience: vault, expirationSeconds: 600}
                  containers:
                    - name: main
                      image: lembos.local/hello:1
                      resources: {requests: {cpu: 50m}}
                      volumeMounts: [{name: all, mountPath: /all}]
                """);
        cluster.awaitReady("follower");
        assertThat(in("follower", "cat /all/colour /all/labels /all/cpu")).isEqualTo("bluetier=\"front\"50");
        assertThat(in("follower", "stat -Lc %a:%g /all/token")).isEqualTo("660:4711\n");

        cluster.kubectl("patch", "configmap", "settings", "-p", "{\"data\":{\"colour\":\"red\"}}")
                .output();
        cluster.kubectl("label", "pod", "follower", "tier=back", "--overwrite").output();

        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> in("follower", "cat /all/colour /all/labels").equals("redtier=\"back\""));
    }

    @Test
    void partsOfVolumesAndFoldersInMemoryAreGoneWithTheirPod() throws Exception {
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: parts
                spec:
                  volumes:
                    - {name: quick, emptyDir: {medium: Memory, sizeLimit: 1Mi}}
                    - {name: shared, emptyDir: {}}
                  containers:
                    - name: main
                      image: lembos.local/hello:1
                      env: [{name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
                      volumeMounts:
                        - {name: quick, mountPath: /quick}
                        - {name: shared, mountPath: /shared}
                        - {name: shared, mountPath: /part, subPathExpr: "of/$(POD)"}
                """);
        cluster.awaitReady("parts");
        assertThat(in("parts", "df -k /quick | /bin/busybox tail -n 1")).matches("(?s)tmpfs +1024 .*");
        in("parts", "sh -c 'echo said >/part/word'");
        assertThat(in("parts", "cat /shared/of/parts/word")).isEqualTo("said\n");
        String uid = cluster.get("pod", "parts").at("/metadata/uid").asText();
        assertThat(Files.readString(Path.of("/proc/mounts"))).contains(uid + "/volume");

        cluster.kubectl("delete", "pod", "parts", "--grace-period=1").output();

        assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(uid);
        assertThat(cluster.files().resolve("kubelet/pods").resolve(uid)).doesNotExist();
    }

    @Test
    void partThatALinkLeadsOutOfItsVolumeIsRefused() {
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: escape
                spec:
                  volumes: [{name: shared, emptyDir: {}}]
                  initContainers:
                    - name: first
                      image: lembos.local/hello:1
                      command: [/bin/busybox, ln, -s, /etc, /shared/out]
                      volumeMounts: [{name: shared, mountPath: /shared}]
                  containers:
                    - name: main
                      image: lembos.local/hello:1
                      volumeMounts: [{name: shared, mountPath: /part, subPath: out}]
                """);
        cluster.kubectl(
                        "wait",
                        "pod/escape",
                        "--for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=CreateContainerConfigError",
                        "--timeout=30s")
                .output();
        assertThat(cluster.get("pod", "escape")
                        .at("/status/containerStatuses/0/state/waiting/message")
                        .asText())
                .isEqualTo("failed to prepare subPath for volumeMount \"shared\" of container \"main\"");
    }

    private static String server() {
        return cluster.kubectl("config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}")
                .output();
    }

    private static String in(String pod, String command) {
        return cluster.kubectl("exec", pod, "--", "/bin/busybox", "sh", "-c", "/bin/busybox " + command)
                .output();
    }
}
