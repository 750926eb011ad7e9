package io.lembos.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.integration.cluster.Command;
import io.lembos.integration.cluster.Kubectls;
import io.lembos.integration.cluster.TestCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * exec, attach, cp and port-forward on real containers, with every kubectl that is installed: the older ones speak SPDY, the
 * newer ones WebSocket.
 */
@Tag("node-agent")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class StreamsIT {
    private static final int MEGABYTES = 100;

    private static TestCluster cluster;

    @BeforeAll
    static void up() throws IOException {
        cluster = TestCluster.create("streams").up();
        for (String pod : List.of("shell", "other")) {
            cluster.apply("""
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: %s}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                        - name: main
                          image: lembos.local/hello:1
                          stdin: true
                          command: [/bin/sh, -c, "mkdir -p /bin && /bin/busybox --install /bin; echo up; while read line; do echo got $line; done; sleep 100000"]
                        - name: web
                          image: lembos.local/hello:1
                    """.formatted(pod));
        }
        cluster.kubectl("wait", "pod/shell", "pod/other", "--for=condition=Ready", "--timeout=60s")
                .output();
    }

    @AfterAll
    static void delete() {
        cluster.close();
    }

    static Stream<Path> programs() {
        return Kubectls.all();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void commandsRunWithTheirOutputsApartAndTheirExitCode(Path kubectl) {
        Command.Result ran = cluster.kubectlAt(
                        kubectl.toString(),
                        "exec",
                        "shell",
                        "-c",
                        "main",
                        "--",
                        "sh",
                        "-c",
                        "echo out; echo err >&2; exit 3")
                .run("");
        assertThat(ran.out()).isEqualTo("out\n");
        assertThat(ran.err()).isEqualTo("err\ncommand terminated with exit code 3\n");
        assertThat(ran.code()).isEqualTo(3);

        Command.Result missing = cluster.kubectlAt(
                        kubectl.toString(), "exec", "shell", "-c", "main", "--", "no-such-program")
                .run("");
        assertThat(missing.code()).isPositive();
        assertThat(missing.err()).contains("exec: \"no-such-program\": executable file not found in $PATH");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void standardInputGoesInAndItsEndIsSeen(Path kubectl) {
        Command.Result ran = cluster.kubectlAt(
                        kubectl.toString(), "exec", "-i", "shell", "-c", "main", "--", "sh", "-c", "wc -c; echo end")
                .run("x".repeat(200_000));
        assertThat(ran.out()).isEqualTo("200000\nend\n");
    }

    @ParameterizedTest
    @MethodSource("programs")
    void hundredMegabytesComeBackAsTheyWent(Path kubectl) throws IOException {
        Path sent = cluster.home().resolve("sent");
        Path back = cluster.home().resolve("back");
        byte[] piece = new byte[1 << 20];
        new Random(1).nextBytes(piece);
        try (OutputStream out = Files.newOutputStream(sent)) {
            for (int i = 0; i < MEGABYTES; i++) {
                piece[0] = (byte) i;
                out.write(piece);
            }
        }
        Command.Result ran = new Command(
                        cluster.environment(),
                        List.of(
                                "sh",
                                "-c",
                                "exec \"$1\" exec -i shell -c main -- cat <\"$2\" >\"$3\"",
                                "sh",
                                kubectl.toString(),
                                sent.toString(),
                                back.toString()))
                .run("");
        assertThat(ran.code()).as(ran.all()).isZero();
        assertThat(Files.mismatch(sent, back)).isEqualTo(-1);
        Files.delete(sent);
        Files.delete(back);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void aTerminalHasTheSizeOfTheCallersAndFollowsIt(Path kubectl) throws IOException, InterruptedException {
        Path terminal = cluster.home().resolve("terminal");
        Files.deleteIfExists(terminal);
        String loop = "echo ready; while read line; do stty size; done";
        String session = "stty cols 99 rows 33; tty >" + terminal + "; exec " + kubectl
                + " exec -it shell -c main -- sh -c '" + loop + "'";
        ProcessBuilder builder = new ProcessBuilder("script", "-qec", session, "/dev/null").redirectErrorStream(true);
        builder.environment().putAll(cluster.environment());
        Process script = builder.start();
        try (OutputStream in = script.getOutputStream();
                BufferedReader out =
                        new BufferedReader(new InputStreamReader(script.getInputStream(), StandardCharsets.UTF_8))) {
            awaitLine(out, "ready", () -> {});
            awaitLine(out, "33 99", () -> enter(in));
            new Command(
                            cluster.environment(),
                            List.of("stty", "-F", Files.readString(terminal).strip(), "cols", "77", "rows", "22"))
                    .output();
            awaitLine(out, "22 77", () -> enter(in));
            script.destroy();
        }
        assertThat(script.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("programs")
    void attachJoinsTheMainProcess(Path kubectl) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(kubectl.toString(), "attach", "-i", "other", "-c", "main");
        builder.environment().putAll(cluster.environment());
        builder.redirectErrorStream(true);
        Process attach = builder.start();
        try (OutputStream in = attach.getOutputStream();
                BufferedReader out =
                        new BufferedReader(new InputStreamReader(attach.getInputStream(), StandardCharsets.UTF_8))) {
            // The runtime ends the session with its input: it stays open until the answer is there.
            in.write(("one\n").getBytes(StandardCharsets.UTF_8));
            in.flush();
            awaitLine(out, "got one", () -> {});
        } finally {
            attach.destroy();
        }
    }

    @ParameterizedTest
    @MethodSource("programs")
    void filesAreCopiedInAndOut(Path kubectl) throws IOException {
        Path folder = Files.createDirectories(cluster.home().resolve("folder/inner"));
        Files.writeString(folder.resolve("file"), "text " + kubectl);
        String name = kubectl.getFileName().toString();
        String source = cluster.home().resolve("folder").toString();
        Command.Result in = cluster.kubectlAt(kubectl.toString(), "cp", source, "shell:/" + name, "-c", "main")
                .run("");
        assertThat(in.code()).as(in.all()).isZero();
        Path back = cluster.home().resolve("back-" + name);
        Command.Result out = cluster.kubectlAt(
                        kubectl.toString(), "cp", "shell:/" + name, back.toString(), "-c", "main")
                .run("");
        assertThat(out.code()).as(out.all()).isZero();
        assertThat(back.resolve("inner/file")).hasContent("text " + kubectl);
    }

    @ParameterizedTest
    @MethodSource("programs")
    void portsAreForwarded(Path kubectl) throws Exception {
        try (Forward forward = new Forward(kubectl);
                HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < 20; i++) {
                HttpResponse<String> answer = client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + forward.port + "/"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.body()).isEqualTo("Hello from shell\n");
            }
        }
    }

    @Test
    void refusalsSayWhy() {
        assertThat(cluster.kubectl("exec", "nobody", "--", "ls").run("").err())
                .isEqualTo("Error from server (NotFound): pods \"nobody\" not found\n");
        assertThat(cluster.kubectl("exec", "shell", "-c", "nothing", "--", "ls")
                        .run("")
                        .err())
                .isEqualTo("Error from server (BadRequest): container nothing is not valid for pod shell\n");
    }

    /** Reads until the line is there, doing something before each. */
    private static void awaitLine(BufferedReader out, String wanted, Runnable before) throws IOException {
        String line;
        do {
            before.run();
            line = out.readLine();
            assertThat(line).as("the session goes on").isNotNull();
        } while (!line.strip().endsWith(wanted));
    }

    private static void enter(OutputStream in) {
        try {
            in.write('\n');
            in.flush();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** {@code kubectl port-forward} to the web server, on a port of its own choice. */
    private static final class Forward implements AutoCloseable {
        private static final Pattern READY = Pattern.compile("Forwarding from 127\\.0\\.0\\.1:(\\d+) -> 8080");

        private final Process process;
        private final int port;

        Forward(Path kubectl) throws IOException {
            ProcessBuilder builder = new ProcessBuilder(
                            kubectl.toString(), "port-forward", "--address", "127.0.0.1", "shell", ":8080")
                    .redirectErrorStream(true);
            builder.environment().putAll(cluster.environment());
            process = builder.start();
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String line = out.readLine();
            assertThat(line).isNotNull();
            Matcher ready = READY.matcher(line);
            assertThat(ready.find()).as(line).isTrue();
            port = Integer.parseInt(ready.group(1));
            Thread.ofVirtual().start(() -> out.lines().forEach(more -> {}));
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
