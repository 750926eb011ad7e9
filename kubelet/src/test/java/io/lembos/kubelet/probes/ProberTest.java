package io.lembos.kubelet.probes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.lembos.api.time.SystemClock;
import io.lembos.kubelet.actions.HttpGet;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProberTest {
    private static final String HOST = "127.0.0.1";

    private final Vertx vertx = Vertx.vertx();
    private final SystemClock clock = new SystemClock();
    private final HttpGet http = new HttpGet(vertx, clock);
    private final Prober prober = new Prober(null, http, HOST);
    private final Map<String, String> headers = new ConcurrentHashMap<>();
    private HttpServer server;
    private int port;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName(HOST), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
            String path = exchange.getRequestURI().getPath();
            int status = Integer.parseInt(path.substring(1, 4));
            if (status / 100 == 3) {
                exchange.getResponseHeaders().add("Location", path.endsWith("away") ? "http://other.test/" : "/500");
            }
            byte[] body = "body".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        port = server.getAddress().getPort();
    }

    @AfterEach
    void close() {
        server.stop(0);
        http.close();
        clock.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void httpStatusDecides() {
        assertThat(get("/200")).isEqualTo(Outcome.success());
        assertThat(get("/404")).isEqualTo(Outcome.failure("HTTP probe failed with statuscode: 404"));
    }

    @Test
    void redirectsAreFollowedOnTheSameHostOnly() {
        assertThat(get("/302")).isEqualTo(Outcome.failure("HTTP probe failed with statuscode: 500"));
        assertThat(get("/302away"))
                .isEqualTo(new Outcome(Outcome.Result.WARNING, "Probe terminated redirects, Response body: body"));
    }

    @Test
    void headersOfTheProbeAreSentAndItsOwnNameUnlessGiven() {
        Probe probe = new ProbeBuilder()
                .withNewHttpGet()
                .withPath("/200")
                .withPort(new IntOrString("web"))
                .addNewHttpHeader("Host", "example.test")
                .addNewHttpHeader("X-Mine", "yes")
                .endHttpGet()
                .build();

        assertThat(ask(probe)).isEqualTo(Outcome.success());
        assertThat(headers)
                .containsEntry("Host", "example.test")
                .containsEntry("X-mine", "yes")
                .containsEntry("User-agent", "kube-probe/1.36")
                .containsEntry("Accept", "*/*");
    }

    @Test
    void refusedConnectionReadsAsInGo() throws IOException {
        int free = freePort();
        String dial = "dial tcp " + HOST + ":" + free + ": connect: connection refused";
        Probe web = new ProbeBuilder()
                .withNewHttpGet()
                .withPath("x")
                .withPort(new IntOrString(free))
                .endHttpGet()
                .build();
        Probe tcp = new ProbeBuilder()
                .withNewTcpSocket()
                .withPort(new IntOrString(free))
                .endTcpSocket()
                .build();

        assertThat(ask(web)).isEqualTo(Outcome.failure("Get \"http://" + HOST + ":" + free + "/x\": " + dial));
        assertThat(ask(tcp)).isEqualTo(Outcome.failure(dial));
    }

    @Test
    void openPortIsEnoughForTcp() {
        Probe probe = new ProbeBuilder()
                .withNewTcpSocket()
                .withPort(new IntOrString(port))
                .endTcpSocket()
                .build();
        assertThat(ask(probe)).isEqualTo(Outcome.success());
    }

    @Test
    void silentServerFailsWhenTheTimeIsOver() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            Probe probe = new ProbeBuilder()
                    .withNewHttpGet()
                    .withPort(new IntOrString(silent.getLocalPort()))
                    .endHttpGet()
                    .build();
            assertThat(ask(probe).output())
                    .isEqualTo("Get \"http://" + HOST + ":" + silent.getLocalPort()
                            + "/\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)");
        }
    }

    private Outcome get(String path) {
        return ask(new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withPort(new IntOrString(port))
                .endHttpGet()
                .build());
    }

    private Outcome ask(Probe probe) {
        Container container = new ContainerBuilder()
                .withName("main")
                .addNewPort()
                .withName("web")
                .withContainerPort(port)
                .endPort()
                .build();
        return prober.probe(container, "id", HOST, probe);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
