package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.integration.cluster.TestCluster;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Logs and forwarded ports under load. */
@Tag("node-agent")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StreamLoadIT {
    /** 1 KB each; at 50 MB/s more than the ten seconds after which a log is rotated. */
    private static final int LINES = 700_000;

    private static TestCluster cluster;

    @BeforeAll
    static void up() {
        cluster = TestCluster.create("load").up();
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    /** Writes a thousand lines at a time, fifty times in a second. */
    @Test
    void logsOfAContainerThatWritesFiftyMegabytesASecondAreFollowedWithoutLoss() throws Exception {
        String program = "BEGIN { pad = sprintf(\"%0990d\", 7); for (i = 0; i < " + LINES + "; i++) {"
                + " print i, pad; if (i % 1000 == 999) { fflush(); system(\"/bin/busybox usleep 12000\") } } }";
        run("writer", "/bin/busybox", "awk", program);
        Process follower = follow("logs", "-f", "writer");
        int expected = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(follower.getInputStream(), StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                assertThat(line.substring(0, line.indexOf(' '))).isEqualTo(String.valueOf(expected));
                expected++;
            }
        } finally {
            follower.destroy();
        }
        assertThat(expected).isEqualTo(LINES);
        assertThat(rotated()).isNotEmpty();
    }

    @Test
    void forwardedPortServesManyConnectionsAtOnce() throws Exception {
        run("server", "/bin/busybox", "httpd", "-f", "-p", "8080", "-h", "/etc");
        Process forward = follow("port-forward", "pod/server", ":8080");
        BufferedReader said =
                new BufferedReader(new InputStreamReader(forward.getInputStream(), StandardCharsets.UTF_8));
        try {
            Matcher port = Pattern.compile("127\\.0\\.0\\.1:(\\d+)").matcher(said.readLine());
            assertThat(port.find()).isTrue();
            // kubectl says a line for each connection, and stands still when nobody reads them.
            Thread.ofVirtual().start(() -> said.lines().forEach(line -> {}));
            String url = "http://127.0.0.1:" + port.group(1) + "/hosts";

            String report = wrk("-t2", "-c20", "-d5s", "--timeout", "10s", url);

            assertThat(report).doesNotContain("Socket errors", "Non-2xx");
            Matcher requests = Pattern.compile("(\\d+) requests in").matcher(report);
            assertThat(requests.find()).isTrue();
            assertThat(Integer.parseInt(requests.group(1))).isGreaterThan(100);
            try (Socket after = new Socket("127.0.0.1", Integer.parseInt(port.group(1)))) {
                after.getOutputStream().write("GET /hosts HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(after.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 200");
            }
        } finally {
            forward.destroy();
        }
    }

    private static void run(String pod, String... command) {
        String[] line = Stream.concat(
                        Stream.of("run", pod, "--image=lembos.local/hello:1", "--restart=Never", "--command", "--"),
                        Stream.of(command))
                .toArray(String[]::new);
        cluster.kubectl(line).output();
        cluster.kubectl("wait", "pod/" + pod, "--for=jsonpath={.status.phase}=Running", "--timeout=60s")
                .output();
    }

    private static Process follow(String... arguments) throws Exception {
        ProcessBuilder kubectl = new ProcessBuilder(
                Stream.concat(Stream.of("kubectl"), Stream.of(arguments)).toList());
        kubectl.environment().putAll(cluster.environment());
        return kubectl.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static String wrk(String... arguments) throws Exception {
        Process wrk = new ProcessBuilder(
                        Stream.concat(Stream.of("wrk"), Stream.of(arguments)).toList())
                .redirectErrorStream(true)
                .start();
        return new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** The parts of the writer's log that were put aside. */
    private static List<Path> rotated() throws Exception {
        try (Stream<Path> files = Files.walk(cluster.files().resolve("pod-logs"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("0.log."))
                    .toList();
        }
    }
}
