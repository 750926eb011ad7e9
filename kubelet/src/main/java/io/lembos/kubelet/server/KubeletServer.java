package io.lembos.kubelet.server;

import io.lembos.api.authn.ClientCertificates;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.time.Clock;
import io.lembos.kubelet.KubeletConfig;
import io.lembos.kubelet.server.streaming.PodStreams;
import io.lembos.kubelet.stats.NodeStats;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node agent's HTTPS server. Who may ask for what is the API server's to say ({@link DelegatedAccess}).
 *
 * <p>Each request is answered on a virtual thread of its own, which waits while its client is slow.
 */
public final class KubeletServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KubeletServer.class);

    private final HttpServer server;
    private final ContainerLogs logs;
    private final PodStreams streams;
    private final NodeStats stats;
    private final DelegatedAccess access;
    private final Clock clock;

    public KubeletServer(
            Vertx vertx,
            KubeletConfig config,
            ContainerLogs logs,
            PodStreams streams,
            NodeStats stats,
            Client client,
            Clock clock)
            throws IOException {
        this.logs = logs;
        this.streams = streams;
        this.stats = stats;
        this.clock = clock;
        access =
                new DelegatedAccess(client, new ClientCertificates(authority(config), clock), clock, config.nodeName());
        HttpServerOptions options = new HttpServerOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setWebSocketSubProtocols(PodStreams.SUBPROTOCOLS)
                .setClientAuth(ClientAuth.REQUEST)
                .setTrustOptions(
                        new PemTrustOptions().addCertPath(config.authority().toString()))
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertPath(config.certificate().toString())
                        .addKeyPath(config.key().toString()));
        server = vertx.createHttpServer(options).requestHandler(this::accept);
        try {
            server.listen(config.port(), config.nodeIp())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw new IOException(
                    "the node agent cannot listen on " + config.nodeIp() + ":" + config.port() + ": "
                            + e.getCause().getMessage(),
                    e.getCause());
        }
    }

    public int port() {
        return server.actualPort();
    }

    @Override
    public void close() {
        server.close().toCompletionStage().toCompletableFuture().join();
    }

    private void accept(HttpServerRequest request) {
        if (PodStreams.isUpgrade(request)) {
            request.pause(); // Until the connection is another protocol's.
        }
        Thread.startVirtualThread(() -> {
            try {
                answer(request);
            } catch (PodStreams.Refusal e) {
                request.resume();
                fail(request, e.code(), e.getMessage());
            } catch (Exception e) {
                LOG.error("{} {} failed", request.method(), request.path(), e);
                fail(request, 500, "internal error");
            }
        });
    }

    private void answer(HttpServerRequest request) throws IOException, InterruptedException, PodStreams.Refusal {
        Optional<Identity> caller = access.authenticate(clientChain(request), request.getHeader("Authorization"));
        if (caller.isEmpty()) {
            fail(request, 401, "Unauthorized");
            return;
        }
        NodeRequest wanted = NodeRequest.of(request.method().name(), request.path());
        if (!access.allows(caller.get(), wanted)) {
            String message = "Forbidden (user=" + caller.get().user() + ", verb=" + wanted.verb()
                    + ", resource=nodes, subresource(s)=" + wanted.subresources() + ")";
            fail(request, 403, message);
            return;
        }
        String[] parts = request.path().substring(1).split("/");
        if (request.path().equals("/healthz")) {
            request.response().end("ok");
        } else if (request.path().equals("/stats/summary")) {
            request.response()
                    .putHeader("Content-Type", "application/json")
                    .end(stats.summary().toString());
        } else if (request.path().equals("/metrics/resource")) {
            request.response()
                    .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                    .end(stats.resourceMetrics());
        } else if (parts.length == 4 && parts[0].equals("containerLogs")) {
            log(request, parts[1], parts[2], parts[3]);
        } else if (parts.length == 4 && parts[0].equals("exec")) {
            streams.exec(request, parts[1], parts[2], parts[3]);
        } else if (parts.length == 4 && parts[0].equals("attach")) {
            streams.attach(request, parts[1], parts[2], parts[3]);
        } else if (parts.length == 3 && parts[0].equals("portForward")) {
            streams.portForward(request, parts[1], parts[2]);
        } else {
            fail(request, 404, "404 page not found");
        }
    }

    private static List<X509Certificate> clientChain(HttpServerRequest request) {
        try {
            return List.of((X509Certificate[]) request.connection().sslSession().getPeerCertificates());
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }

    private void log(HttpServerRequest request, String namespace, String pod, String container)
            throws IOException, InterruptedException {
        LogOptions options;
        try {
            options = options(request);
        } catch (IllegalArgumentException | java.time.DateTimeException e) {
            fail(request, 400, "bad log options: " + e.getMessage());
            return;
        }
        boolean previous = "true".equals(request.getParam("previous"));
        ContainerLogs.Found found = logs.find(namespace, pod, container, previous);
        switch (found) {
            case ContainerLogs.Found.NotThere notThere -> fail(request, 400, notThere.message());
            case ContainerLogs.Found.File file -> {
                HttpServerResponse response = request.response();
                response.setChunked(true).putHeader("Content-Type", "text/plain");
                response.write(Buffer.buffer());
                new LogReader(file.path(), options, file.runs())
                        .readTo((bytes, length) -> write(response, bytes, length));
                response.end();
            }
        }
    }

    /** Waits while the client is slow; false when it is gone. */
    private static boolean write(HttpServerResponse response, byte[] bytes, int length) throws InterruptedException {
        if (response.closed()) {
            return false;
        }
        if (length > 0) {
            Future<Void> written = response.write(Buffer.buffer().appendBytes(bytes, 0, length));
            if (response.writeQueueFull()) {
                // Not by a drain handler: the queue may be empty before this thread has set it.
                CountDownLatch over = new CountDownLatch(1);
                written.onComplete(result -> over.countDown());
                over.await();
            }
        }
        return !response.closed();
    }

    private LogOptions options(HttpServerRequest request) {
        String since = request.getParam("sinceTime");
        String seconds = request.getParam("sinceSeconds");
        Optional<Instant> from = since != null
                ? Optional.of(java.time.OffsetDateTime.parse(since).toInstant())
                : Optional.ofNullable(seconds).map(s -> clock.now().minusSeconds(Long.parseLong(s)));
        return new LogOptions(
                "true".equals(request.getParam("follow")),
                "true".equals(request.getParam("timestamps")),
                number(request, "tailLines"),
                number(request, "limitBytes"),
                from);
    }

    private static long number(HttpServerRequest request, String name) {
        String text = request.getParam(name);
        return text == null ? -1 : Long.parseLong(text);
    }

    private static void fail(HttpServerRequest request, int code, String message) {
        HttpServerResponse response = request.response();
        if (!response.headWritten()) {
            response.setStatusCode(code).putHeader("Content-Type", "text/plain").end(message + "\n");
        } else if (!response.ended()) {
            request.connection().close();
        }
    }

    private static X509Certificate authority(KubeletConfig config) throws IOException {
        try (var in = Files.newInputStream(config.authority())) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (CertificateException e) {
            throw new IOException(config.authority() + " holds no certificate", e);
        }
    }
}
