package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lembos.integration.cluster.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hooks around the life of real containers, and the order in which they end. */
@Tag("node-agent")
@Timeout(180)
class HooksIT {
    private static final String SLEEPS = "exec /bin/busybox sleep 1000";

    private static TestCluster cluster;
    private static Path shared;

    @BeforeAll
    static void up() throws IOException {
        shared = Files.createTempDirectory("lmb-hooks");
        cluster = TestCluster.create("hooks").up();
    }

    @AfterAll
    static void delete() throws IOException {
        cluster.close();
        try (Stream<Path> paths = Files.walk(shared)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    @Test
    void hooksRunAfterTheStartAndBeforeTheEnd() throws IOException {
        apply("hooked", "", container("main", says("TERM", "term"), """
                lifecycle:
                  postStart: {exec: {command: [/bin/sh, -c, "echo post >>/out/hooked"]}}
                  preStop: {exec: {command: [/bin/sh, -c, "echo pre >>/out/hooked"]}}
                """));
        cluster.awaitReady("hooked");
        cluster.kubectl("delete", "pod", "hooked").output();

        assertThat(Files.readString(shared.resolve("hooked"))).isEqualTo("post\npre\nterm\n");
    }

    @Test
    void failedPostStartKillsTheContainer() {
        apply("refused", "terminationGracePeriodSeconds: 1", container("main", SLEEPS, """
                lifecycle:
                  postStart: {exec: {command: [/bin/busybox, "false"]}}
                """));
        cluster.kubectl(
                        "wait",
                        "pod/refused",
                        "--for=jsonpath={.status.containerStatuses[0].restartCount}=1",
                        "--timeout=60s")
                .output();

        awaitEvent("refused", "FailedPostStartHook", "PostStartHook failed");
        awaitEvent("refused", "Killing", "FailedPostStartHook");
    }

    @Test
    void failedPreStopIsToldAndEndsThePod() {
        apply("unprepared", "terminationGracePeriodSeconds: 1", container("main", SLEEPS, """
                lifecycle:
                  preStop: {httpGet: {port: 1}}
                """));
        cluster.awaitReady("unprepared");
        cluster.kubectl("delete", "pod", "unprepared", "--timeout=30s").output();

        awaitEvent("unprepared", "FailedPreStopHook", "PreStopHook failed");
    }

    @Test
    void podThatTakesItsTimeEndsWhenItIsToldAgain() {
        apply(
                "stubborn",
                "terminationGracePeriodSeconds: 170",
                container("main", "trap '' TERM; while true; do /bin/busybox sleep 0.1; done", ""));
        cluster.awaitReady("stubborn");
        cluster.kubectl("delete", "pod", "stubborn", "--wait=false").output();

        cluster.kubectl("delete", "pod", "stubborn", "--grace-period=1", "--timeout=30s")
                .output();
    }

    @Test
    void hookThatHangsDoesNotOutliveItsPod() throws Exception {
        try (WatchService changes = shared.getFileSystem().newWatchService()) {
            shared.register(changes, StandardWatchEventKinds.ENTRY_CREATE);
            apply("hanging", "", container("main", SLEEPS, """
                    lifecycle:
                      postStart: {exec: {command: [/bin/sh, -c, "echo begun >/out/hanging; /bin/busybox sleep 1000"]}}
                    """));
            while (!Files.exists(shared.resolve("hanging"))) {
                WatchKey key = changes.poll(60, TimeUnit.SECONDS);
                assertThat(key).as("the hook has begun").isNotNull();
                key.pollEvents();
                key.reset();
            }
        }

        cluster.kubectl("delete", "pod", "hanging", "--grace-period=1", "--timeout=30s")
                .output();
        assertThat(cluster.events("hanging", "FailedPostStartHook")).isEmpty();
    }

    @Test
    void sidecarsEndAfterTheOthersInReverse() throws IOException {
        apply(
                "order",
                "initContainers:\n" + sidecar("first").indent(2)
                        + sidecar("second").indent(2),
                container("main", says("TERM", "main"), ""));
        cluster.awaitReady("order");
        cluster.kubectl("delete", "pod", "order").output();

        assertThat(Files.readString(shared.resolve("order"))).isEqualTo("main\nsecond\nfirst\n");
    }

    /** Events are written behind what they tell of. */
    private static void awaitEvent(String pod, String reason, String message) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(cluster.events(pod, reason)).containsExactly(message));
    }

    private static String sidecar(String name) {
        return container(name, says("TERM", name), "restartPolicy: Always");
    }

    /** A script that writes a word into a file named as its pod when the signal comes, and ends. */
    private static String says(String signal, String word) {
        return "trap 'echo " + word + " >>/out/$HOSTNAME; exit' " + signal
                + "; while true; do /bin/busybox sleep 0.1; done";
    }

    private static String container(String name, String script, String more) {
        return """
                - name: %s
                  image: lembos.local/hello:1
                  command: [/bin/sh, -c, "%s"]
                  volumeMounts: [{name: out, mountPath: /out}]
                """.formatted(name, script) + more.indent(2);
    }

    /** @param fields more of the pod's spec */
    private static void apply(String name, String fields, String containers) {
        String pod = """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  volumes: [{name: out, hostPath: {path: %s}}]
                """.formatted(name, shared) + fields.indent(2) + "  containers:\n" + containers.indent(4);
        cluster.apply(pod);
    }
}
