package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.integration.cluster.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The life of pods on real containers: ends, restarts, logs, configuration, deletion. */
@Tag("node-agent")
class PodLifeIT {
    private static TestCluster cluster;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("life").up();
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    @Test
    void exitCodeAndLastWordsOfAnEndedPodAreKept() {
        run("ended", "Never", "echo said; echo because >/dev/termination-log; exit 3");
        cluster.awaitPhase("ended", "Failed");

        JsonNode ended = cluster.container("ended").path("state").path("terminated");
        assertThat(ended.path("exitCode").asInt()).isEqualTo(3);
        assertThat(ended.path("reason").asText()).isEqualTo("Error");
        assertThat(ended.path("message").asText()).isEqualTo("because\n");
        assertThat(cluster.kubectl("logs", "ended").output()).isEqualTo("said\n");
    }

    @Test
    @Tag("node-api")
    void podThatDoesItsWorkSucceeds() {
        run("worker", "OnFailure", "echo done");
        cluster.awaitPhase("worker", "Succeeded");

        assertThat(cluster.kubectl("get", "pod", "worker").output()).containsPattern("worker +0/1 +Completed +0 ");
    }

    @Test
    @Tag("node-api")
    void podThatKeepsFailingBacksOff() {
        run("crasher", "Always", "echo life $RANDOM; exit 1");
        String waiting = "jsonpath={.status.containerStatuses[0].state.waiting.reason}=";
        cluster.kubectl("wait", "pod/crasher", "--for=" + waiting + "CrashLoopBackOff", "--timeout=60s")
                .output();

        JsonNode status = cluster.container("crasher");
        assertThat(status.path("restartCount").asInt()).isPositive();
        assertThat(status.path("state").path("waiting").path("message").asText())
                .matches("back-off 10s restarting failed container=main pod=crasher_default\\(.*\\)");
        assertThat(status.path("lastState").path("terminated").path("exitCode").asInt())
                .isEqualTo(1);
        assertThat(cluster.kubectl("get", "pod", "crasher").output()).containsPattern("0/1 +CrashLoopBackOff +1 ");
        assertThat(cluster.kubectl("logs", "-p", "crasher").output()).startsWith("life");
    }

    @Test
    void initContainersRunBeforeTheOthersAndInOrder() {
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: prepared
                spec:
                  restartPolicy: Never
                  volumes:
                    - name: shared
                      emptyDir: {}
                  initContainers:
                    - name: first
                      image: lembos.local/hello:1
                      command: [/bin/sh, -c, "echo one >>/shared/log"]
                      volumeMounts: [{name: shared, mountPath: /shared}]
                    - name: second
                      image: lembos.local/hello:1
                      command: [/bin/sh, -c, "echo two >>/shared/log"]
                      volumeMounts: [{name: shared, mountPath: /shared}]
                  containers:
                    - name: main
                      image: lembos.local/hello:1
                      command: [/bin/busybox, cat, /shared/log]
                      volumeMounts: [{name: shared, mountPath: /shared}]
                """);
        cluster.awaitPhase("prepared", "Succeeded");

        assertThat(cluster.kubectl("logs", "prepared").output()).isEqualTo("one\ntwo\n");
    }

    @Test
    void configMapsSecretsAndFieldsReachTheContainer() {
        cluster.kubectl("create", "configmap", "settings", "--from-literal=colour=blue", "--from-literal=file=text")
                .output();
        cluster.kubectl("create", "secret", "generic", "password", "--from-literal=word=open")
                .output();
        cluster.apply(
                """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: configured
                  labels: {tier: web}
                spec:
                  restartPolicy: Never
                  volumes:
                    - name: settings
                      configMap: {name: settings}
                    - name: password
                      secret: {secretName: password, defaultMode: 256}
                  containers:
                    - name: main
                      image: lembos.local/hello:1
                      command: [/bin/sh, -c]
                      args: ["echo $(COLOUR) $(WORD) $(NAME) $(TIER); cat /settings/file; echo; ls -l /password/word"]
                      env:
                        - {name: COLOUR, valueFrom: {configMapKeyRef: {name: settings, key: colour}}}
                        - {name: WORD, valueFrom: {secretKeyRef: {name: password, key: word}}}
                        - {name: NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                        - {name: TIER, valueFrom: {fieldRef: {fieldPath: "metadata.labels['tier']"}}}
                        - {name: PATH, value: /bin}
                      volumeMounts:
                        - {name: settings, mountPath: /settings}
                        - {name: password, mountPath: /password}
                """.replace("cat /settings", "/bin/busybox cat /settings").replace("ls -l", "/bin/busybox ls -lL"));
        cluster.awaitPhase("configured", "Succeeded");

        assertThat(cluster.kubectl("logs", "configured").output())
                .startsWith("blue open configured web\ntext\n-r--------");
    }

    @Test
    @Tag("node-api")
    void logsAreFollowedCutAndStamped() {
        run("talker", "Never", "echo one; echo two; echo three; /bin/busybox sleep 2; echo four");

        assertThat(cluster.kubectl("wait", "pod/talker", "--for=jsonpath={.status.phase}=Running", "--timeout=30s")
                        .run("")
                        .code())
                .isIn(0, 1);
        assertThat(cluster.kubectl("logs", "-f", "talker").output()).isEqualTo("one\ntwo\nthree\nfour\n");
        assertThat(cluster.kubectl("logs", "talker", "--tail=2").output()).isEqualTo("three\nfour\n");
        assertThat(cluster.kubectl("logs", "talker", "--limit-bytes=5").output())
                .isEqualTo("one\nt");
        assertThat(cluster.kubectl("logs", "talker", "--timestamps", "--tail=1").output())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d.*Z? four\n");
        assertThat(cluster.kubectl("logs", "talker", "--since=1h").output()).startsWith("one");
    }

    @Test
    void deletedPodMayFinishWithinItsGrace() throws Exception {
        Path shared = Files.createTempDirectory("lmb-grace");
        try {
            cluster.apply("""
                    apiVersion: v1
                    kind: Pod
                    metadata:
                      name: graceful
                    spec:
                      terminationGracePeriodSeconds: 20
                      volumes:
                        - name: out
                          hostPath: {path: %s}
                      containers:
                        - name: main
                          image: lembos.local/hello:1
                          command: [/bin/sh, -c, "trap 'echo finished >/out/word; exit 0' TERM; while true; do /bin/busybox sleep 0.1; done"]
                          volumeMounts: [{name: out, mountPath: /out}]
                    """.formatted(shared));
            cluster.awaitReady("graceful");
            cluster.kubectl("delete", "pod", "graceful").output();

            assertThat(Files.readString(shared.resolve("word"))).isEqualTo("finished\n");
            assertThat(cluster.kubectl("get", "pod", "graceful").run("").err()).contains("NotFound");
        } finally {
            Files.deleteIfExists(shared.resolve("word"));
            Files.delete(shared);
        }
    }

    @Test
    void nothingIsLeftOfADeletedPod() throws Exception {
        run("traceless", "Always", "while true; do /bin/busybox sleep 1; done");
        cluster.awaitReady("traceless");
        String uid =
                cluster.get("pod", "traceless").path("metadata").path("uid").asText();
        List<String> before = cluster.runningTasks();
        cluster.kubectl("delete", "pod", "traceless", "--grace-period=1").output();

        assertThat(cluster.runningTasks()).hasSize(before.size() - 2);
        assertThat(cluster.files().resolve("kubelet/pods").resolve(uid)).doesNotExist();
        try (Stream<Path> cgroups = Files.walk(Path.of("/sys/fs/cgroup"), 6)) {
            assertThat(cgroups.filter(p -> p.toString().contains(uid))).isEmpty();
        }
    }

    @Test
    @Tag("node-api")
    void serviceKnowsTheAddressesOfItsPods() {
        cluster.apply("""
                apiVersion: v1
                kind: Service
                metadata:
                  name: behind
                spec:
                  selector: {run: server}
                  ports: [{port: 80, targetPort: 8080}]
                """);
        cluster.kubectl("run", "server", "--image=lembos.local/hello:1").output();
        cluster.awaitReady("server");
        String ip = cluster.get("pod", "server").path("status").path("podIP").asText();
        cluster.kubectl(
                        "wait",
                        "endpointslice",
                        "-l",
                        "kubernetes.io/service-name=behind",
                        "--for=jsonpath={.endpoints[0].conditions.ready}=true",
                        "--timeout=30s")
                .output();

        JsonNode slice = cluster.get("endpointslices", "-l", "kubernetes.io/service-name=behind")
                .path("items")
                .path(0);
        assertThat(slice.path("endpoints").path(0).path("addresses").path(0).asText())
                .isEqualTo(ip);
        assertThat(slice.path("ports").path(0).path("port").asInt()).isEqualTo(8080);
    }

    @Test
    @Tag("node-api")
    void namespaceGoesWithItsPods() {
        cluster.kubectl("create", "namespace", "shortlived").output();
        cluster.kubectl("run", "inside", "-n", "shortlived", "--image=lembos.local/hello:1")
                .output();
        cluster.kubectl("wait", "pod/inside", "-n", "shortlived", "--for=condition=Ready", "--timeout=30s")
                .output();
        cluster.kubectl("delete", "namespace", "shortlived", "--timeout=60s").output();

        assertThat(cluster.kubectl("get", "namespace", "shortlived").run("").err())
                .contains("NotFound");
    }

    private static void run(String name, String restartPolicy, String script) {
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %s
                spec:
                  restartPolicy: %s
                  containers:
                    - name: main
                      image: lembos.local/hello:1
                      command: [/bin/sh, -c, '%s']
                """.formatted(name, restartPolicy, script));
    }
}
