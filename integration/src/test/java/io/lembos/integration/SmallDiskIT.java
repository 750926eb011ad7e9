package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.integration.cluster.Command;
import io.lembos.integration.cluster.TestCluster;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node whose runtime has little room: what does not fit is said, and when there is room again the node goes on. */
@Tag("node-agent")
@Timeout(300)
class SmallDiskIT {
    private static final int MIB = 1 << 20;
    private static final int DISK_BYTES = 192 * MIB;
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static TestCluster cluster;
    private static Path disk;
    private static Path image;

    @BeforeAll
    static void up() throws IOException {
        cluster = TestCluster.create("smalldisk");
        String runtime = System.getProperty("lembos.test.runtime", "");
        disk = Files.createDirectories(cluster.files().resolve(runtime.equals("lembos") ? "runtime" : "containerd"));
        image = Files.createTempFile("lmb-disk", ".img");
        run("truncate", "--size=" + DISK_BYTES, image.toString());
        run("mkfs.ext4", "-q", "-m", "0", image.toString());
        run("mount", "-o", "loop", image.toString(), disk.toString());
        // The disk is to get full, not the node to send its pods away before.
        cluster.upWithKubelet("""
                evictionHard: {memory.available: 100Mi, nodefs.available: 0%, imagefs.available: 0%}
                """);
    }

    @AfterAll
    static void delete() throws IOException {
        cluster.close(); // Unmounts whatever is mounted there.
        Files.delete(image);
    }

    @AfterEach
    void removePods() {
        cluster.kubectl("delete", "pods", "--all", "--grace-period=1").output();
    }

    private static void run(String... command) {
        new Command(Map.of(), List.of(command)).output();
    }

    private static long free() {
        return disk.toFile().getUsableSpace();
    }

    /** Nearly as much as before: what runtimes note of what they did stays. */
    private static void awaitFree(long before) {
        await().atMost(LIMIT).until(() -> free() > before - 4L * MIB);
    }

    private static void assertNodeGoesOn(String pod) {
        cluster.kubectl("run", pod, "--image=lembos.local/hello:1").output();
        cluster.awaitReady(pod);
    }

    private static String waits(String pod, String reason) {
        JsonNode waiting = await().atMost(LIMIT)
                .until(
                        () -> cluster.container(pod).at("/state/waiting"),
                        w -> w.path("reason").asText().equals(reason));
        return waiting.path("message").asText();
    }

    @Test
    void layerThatUnpacksToMoreThanThereIsIsRefusedAndLeavesNothing() throws Exception {
        long before = free();
        try (SickRegistry registry = SickRegistry.bomb(3L << 30, DISK_BYTES + 16 * MIB)) {
            cluster.kubectl("run", "bomb", "--image=" + registry.image()).output();

            assertThat(waits("bomb", "ImagePullBackOff"))
                    .containsPattern("no space left on device|a layer unpacks to more than");
        }
        cluster.kubectl("delete", "pod", "bomb", "--grace-period=1").output();
        awaitFree(before);
        assertNodeGoesOn("after-bomb");
    }

    @Test
    void imageThatFoundNoRoomIsPulledWhenThereIsSome() throws Exception {
        Path filler = disk.resolve("filler");
        try (SickRegistry registry = new SickRegistry("")) {
            fill(filler);
            cluster.kubectl("run", "patient", "--image=" + registry.image()).output();
            assertThat(waits("patient", "ImagePullBackOff")).containsIgnoringCase("no space left on device");

            Files.delete(filler);
            cluster.awaitReady("patient");
        } finally {
            Files.deleteIfExists(filler);
        }
    }

    @Test
    void podThatFillsTheDiskIsToldAndItsRoomComesBackWithItsEnd() {
        long before = free();
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: greedy}
                spec:
                  restartPolicy: Never
                  containers:
                    - name: main
                      image: lembos.local/hello:1
                      command: [/bin/busybox, sh, -c, "/bin/busybox cat /dev/zero >/big 2>/dev/termination-log; exit 5"]
                """);
        cluster.awaitPhase("greedy", "Failed");
        JsonNode end = cluster.container("greedy").at("/state/terminated");
        assertThat(end.path("message").asText()).contains("No space left on device");
        assertThat(end.path("exitCode").asInt()).isEqualTo(5);

        cluster.kubectl("delete", "pod", "greedy", "--grace-period=1").output();
        awaitFree(before);
        assertNodeGoesOn("after-greedy");
    }

    private static void fill(Path filler) throws IOException {
        byte[] zeros = new byte[MIB];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (free() > MIB) {
                out.write(zeros, 0, (int) Math.min(zeros.length, free() - MIB / 2));
            }
        }
    }
}
