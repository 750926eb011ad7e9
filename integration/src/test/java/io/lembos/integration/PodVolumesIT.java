package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.integration.cluster.Command;
import io.lembos.integration.cluster.TestCluster;
import java.time.Duration;
import java.util.Base64;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What pods on real containers find in their volumes. */
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
        cluster.kubectl("wait", "pod/caller", "--for=condition=Ready", "--timeout=30s")
                .output();

        assertThat(in("caller", "cat " + ACCOUNT + "namespace")).isEqualTo("default");
        assertThat(in("caller", "cat " + ACCOUNT + "ca.crt")).startsWith("-----BEGIN CERTIFICATE-----");
        String token = in("caller", "cat " + ACCOUNT + "token");
        String claims = new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]));
        assertThat(claims).contains("\"pod\":{\"name\":\"caller\"");
        // Administrators have a client certificate, which would count before the token.
        Command.Result who = new Command(
                        cluster.environment(),
                        java.util.List.of(
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
        apply("""
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
        cluster.kubectl("wait", "pod/follower", "--for=condition=Ready", "--timeout=30s")
                .output();
        assertThat(in("follower", "cat /all/colour /all/labels /all/cpu")).isEqualTo("bluetier=\"front\"50");
        assertThat(in("follower", "stat -Lc %a:%g /all/token")).isEqualTo("660:4711\n");

        cluster.kubectl("patch", "configmap", "settings", "-p", "{\"data\":{\"colour\":\"red\"}}")
                .output();
        cluster.kubectl("label", "pod", "follower", "tier=back", "--overwrite").output();

        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> in("follower", "cat /all/colour /all/labels").equals("redtier=\"back\""));
    }

    private static String server() {
        return cluster.kubectl("config", "view", "--minify", "-o", "jsonpath={.clusters[0].cluster.server}")
                .output();
    }

    private static String in(String pod, String command) {
        return cluster.kubectl("exec", pod, "--", "/bin/busybox", "sh", "-c", "/bin/busybox " + command)
                .output();
    }

    private static void apply(String yaml) {
        Command.Result result = cluster.kubectl("apply", "-f", "-").run(yaml);
        assertThat(result.code()).as(result.all()).isZero();
    }
}
