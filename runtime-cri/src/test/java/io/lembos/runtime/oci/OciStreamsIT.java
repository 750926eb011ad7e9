package io.lembos.runtime.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.AttachRequest;
import io.lembos.runtime.cri.v1.ExecRequest;
import io.lembos.runtime.cri.v1.ExecSyncRequest;
import io.lembos.runtime.cri.v1.PortForwardRequest;
import io.lembos.runtime.process.LinuxProcess;
import io.lembos.runtime.streaming.SpdyStream;
import io.lembos.runtime.streaming.StreamRefusedException;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** exec, attach and port-forward of our own runtime, through its streaming server. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class OciStreamsIT {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static OciNode node;
    private static OciPods pods;

    @BeforeAll
    static void open() throws Exception {
        node = new OciNode();
        pods = new OciPods(node);
    }

    @AfterAll
    static void nothingIsLeft() throws Exception {
        node.close();
    }

    @AfterEach
    void removePods() {
        node.removePods();
    }

    @Test
    void outputsComeApartAndTheExitCodeAsStatus() throws Exception {
        String container = pods.start("sleep", "600");
        try (StreamCaller caller = exec(container, false, "echo out; echo err >&2; exit 3")) {
            caller.awaitEnd();

            assertThat(caller.heard("stdout")).isEqualTo("out\n");
            assertThat(caller.heard("stderr")).isEqualTo("err\n");
            assertThat(caller.heard("error"))
                    .contains("\"reason\":\"NonZeroExitCode\"")
                    .contains("{\"reason\":\"ExitCode\",\"message\":\"3\"}");
        }
    }

    @Test
    void aProgramThatIsNotThereIsAnErrorOfItsOwn() throws Exception {
        String container = pods.start("sleep", "600");
        ExecRequest request = ExecRequest.newBuilder()
                .setContainerId(container)
                .addCmd("no-such-program")
                .setStdout(true)
                .build();
        try (StreamCaller caller = StreamCaller.ofProcess(node.runtime().exec(request), "stdout")) {
            caller.awaitEnd();
            assertThat(caller.heard("error"))
                    .contains("InternalError")
                    .contains("exec: \\\"no-such-program\\\": executable file not found in $PATH");
        }
        try (StreamCaller caller = StreamCaller.ofProcess(
                node.runtime().exec(request.toBuilder().setTty(true).build()), "stdout", "resize")) {
            caller.awaitEnd();
            assertThat(caller.heard("error")).contains("InternalError").contains("executable file not found in $PATH");
        }
        assertThatThrownBy(() -> node.runtime()
                        .execSync(ExecSyncRequest.newBuilder()
                                .setContainerId(container)
                                .addCmd("no-such-program")
                                .build()))
                .isInstanceOf(ContainerRuntimeException.class)
                .hasMessageContaining("executable file not found in $PATH");
    }

    @Test
    void hundredMegabytesGoInAndTheirEndIsSeen() throws Exception {
        String container = pods.start("sleep", "600");
        try (StreamCaller caller = exec(container, false, "/bin/busybox wc -c; echo end")) {
            byte[] piece = new byte[64 * 1024];
            SpdyStream stdin = caller.stream("stdin");
            for (int i = 0; i < 1600; i++) {
                await().atMost(LIMIT)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> !caller.connection().isFull());
                stdin.write(Unpooled.wrappedBuffer(piece));
            }
            stdin.finish();
            caller.awaitEnd();
            assertThat(caller.heard("stdout")).isEqualTo("104857600\nend\n");
        }
    }

    @Test
    void aTerminalHasTheSizeOfTheCallersAndFollowsIt() throws Exception {
        String container = pods.start("sleep", "600");
        try (StreamCaller caller = exec(
                container, true, "while read line; do echo $TERM; /bin/busybox stty size; done </dev/tty; exit 5")) {
            caller.send("resize", "{\"Width\":99,\"Height\":33}\n");
            awaitAnswer(caller, "33 99");
            caller.send("resize", "{\"Width\":77,\"Height\":22}\n");
            awaitAnswer(caller, "22 77");
            for (int rows = 1; rows <= 100; rows++) {
                caller.send("resize", "{\"Width\":78,\"Height\":" + rows + "}\n");
            }
            awaitAnswer(caller, "100 78");
            assertThat(caller.heard("stdout")).contains("xterm");
            caller.send("stdin", "\u0004");
            caller.awaitEnd();
            assertThat(caller.heard("error")).contains("\"message\":\"5\"");
        }
    }

    private static void awaitAnswer(StreamCaller caller, String wanted) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(50)).until(() -> {
            caller.send("stdin", "\n");
            return caller.heard("stdout").contains(wanted);
        });
    }

    @Test
    void aCallerWhoGoesEndsTheCommand() throws Exception {
        String container = pods.start("sleep", "600");
        for (boolean tty : List.of(false, true)) {
            try (StreamCaller caller = exec(container, tty, "echo up; exec /bin/busybox sleep 603")) {
                await().atMost(LIMIT).until(() -> caller.heard("stdout").contains("up"));
            }
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(LinuxProcess.all().filter(p -> p.hasOption("sleep", "603")))
                            .isEmpty());
        }
    }

    @Test
    void attachJoinsTheMainProcess() throws Exception {
        String container =
                pods.start("sh", "-c", "while read line; do echo got $line; echo bad $line >&2; done; exit 0");
        AttachRequest request = AttachRequest.newBuilder()
                .setContainerId(container)
                .setStdin(true)
                .setStdout(true)
                .setStderr(true)
                .build();
        for (String word : List.of("one", "two")) {
            try (StreamCaller caller =
                    StreamCaller.ofProcess(node.runtime().attach(request), "stdin", "stdout", "stderr")) {
                caller.send("stdin", word + "\n");
                await().atMost(LIMIT).until(() -> caller.heard("stdout").equals("got " + word + "\n"));
                await().atMost(LIMIT).until(() -> caller.heard("stderr").equals("bad " + word + "\n"));
            }
        }
        try (StreamCaller caller =
                StreamCaller.ofProcess(node.runtime().attach(request), "stdin", "stdout", "stderr")) {
            node.runtime().stopContainer(container, Duration.ZERO);
            caller.awaitEnd();
            assertThat(caller.heard("error")).contains("\"status\":\"Success\"");
        }
    }

    @Test
    void portsAreForwardedEachConnectionByItself() throws Exception {
        String sandbox = pods.sandbox();
        pods.startIn(
                sandbox,
                OciPods.container(
                                "nc",
                                "-ll",
                                "-p",
                                "8080",
                                "-e",
                                "/bin/busybox",
                                "sh",
                                "-c",
                                "read line; echo got $line; /bin/busybox head -c 3000000 /dev/zero")
                        .build());
        String url = node.runtime()
                .portForward(PortForwardRequest.newBuilder()
                        .setPodSandboxId(sandbox)
                        .addPort(8080)
                        .build());
        AtomicLong number = new AtomicLong();
        try (StreamCaller caller = new StreamCaller(url, "portforward.k8s.io")) {
            await().atMost(LIMIT).until(() -> {
                String id = "try" + number.incrementAndGet();
                openPort(caller, id, "8080");
                caller.send(id, "hello\n");
                caller.stream(id).finish();
                await().atMost(LIMIT)
                        .until(() -> !caller.heard(id + "-error").isEmpty()
                                || caller.heard(id).length() == 3_000_010);
                return caller.heard(id).startsWith("got hello\n");
            });
            openPort(caller, "closed", "81");
            await().atMost(LIMIT).until(() -> !caller.heard("closed-error").isEmpty());
            assertThat(caller.heard("closed-error"))
                    .startsWith("error forwarding port 81 to pod ")
                    .contains("Connection refused");
        }
    }

    private static void openPort(StreamCaller caller, String id, String port) {
        caller.open(id + "-error", Map.of("streamType", "error", "requestID", id, "port", port))
                .finish();
        caller.open(id, Map.of("streamType", "data", "requestID", id, "port", port));
    }

    @Test
    void aUrlIsGoodOnce() throws Exception {
        String container = pods.start("sleep", "600");
        String url = node.runtime()
                .exec(ExecRequest.newBuilder()
                        .setContainerId(container)
                        .addAllCmd(List.of("/bin/busybox", "true"))
                        .setStdout(true)
                        .build());
        try (StreamCaller caller = StreamCaller.ofProcess(url, "stdout")) {
            caller.awaitEnd();
        }
        assertThatThrownBy(() -> new StreamCaller(url, "v4.channel.k8s.io"))
                .hasCauseInstanceOf(StreamRefusedException.class);
    }

    @Test
    void whatDoesNotRunCannotBeJoined() {
        String container = pods.start("true");
        node.runtime().stopContainer(container, Duration.ofSeconds(5));
        ExecRequest request = ExecRequest.newBuilder()
                .setContainerId(container)
                .addCmd("true")
                .setStdout(true)
                .build();
        assertThatThrownBy(() -> node.runtime().exec(request))
                .isInstanceOfSatisfying(
                        ContainerRuntimeException.class,
                        e -> assertThat(e.code()).isEqualTo(Status.Code.FAILED_PRECONDITION));
    }

    private static StreamCaller exec(String container, boolean tty, String script) throws Exception {
        ExecRequest request = ExecRequest.newBuilder()
                .setContainerId(container)
                .addAllCmd(List.of("/bin/busybox", "sh", "-c", script))
                .setStdin(true)
                .setStdout(true)
                .setStderr(!tty)
                .setTty(tty)
                .build();
        String third = tty ? "resize" : "stderr";
        return StreamCaller.ofProcess(node.runtime().exec(request), "stdin", "stdout", third);
    }
}
