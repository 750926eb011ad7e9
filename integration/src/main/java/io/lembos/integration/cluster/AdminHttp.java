package io.lembos.integration.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** HTTPS to a cluster's API server as its administrator, without waiting for answers. */
public final class AdminHttp implements AutoCloseable {
    private final Vertx vertx;
    private final HttpClient client;

    private AdminHttp(Vertx vertx, HttpClient client) {
        this.vertx = vertx;
        this.client = client;
    }

    public static AdminHttp of(TestCluster cluster) {
        return of(cluster, HttpVersion.HTTP_1_1, 16);
    }

    /** @param connections at most */
    public static AdminHttp of(TestCluster cluster, HttpVersion version, int connections) {
        JsonNode status = cluster.status();
        String server = status.path("server").asText();
        int port = Integer.parseInt(server.substring(server.lastIndexOf(':') + 1));
        var pki = cluster.files().resolve("pki");
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        HttpClientOptions options = new HttpClientOptions()
                .setSsl(true)
                .setUseAlpn(version == HttpVersion.HTTP_2)
                .setProtocolVersion(version)
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(port)
                .setMaxPoolSize(connections)
                .setHttp2MaxPoolSize(connections)
                .setPipelining(false)
                .setTrustOptions(
                        new PemTrustOptions().addCertPath(pki.resolve("ca.crt").toString()))
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertPath(pki.resolve("admin.crt").toString())
                        .addKeyPath(pki.resolve("admin.key").toString()));
        return new AdminHttp(vertx, vertx.createHttpClient(options));
    }

    /** @param onCode told the status code, or 0 when there was no answer */
    public void post(String path, String body, IntConsumer onCode) {
        client.request(HttpMethod.POST, path)
                .compose(request ->
                        request.putHeader("Content-Type", "application/json").send(Buffer.buffer(body)))
                .onComplete(answer ->
                        onCode.accept(answer.succeeded() ? answer.result().statusCode() : 0));
    }

    /** Posts and waits for the JSON that comes back, whatever its status code. */
    public JsonNode postAndRead(String path, String body) {
        return read(client.request(HttpMethod.POST, path)
                .compose(request ->
                        request.putHeader("Content-Type", "application/json").send(Buffer.buffer(body))));
    }

    /** Gets and waits for the JSON that comes back, whatever its status code. */
    public JsonNode getAndRead(String path) {
        return read(client.request(HttpMethod.GET, path).compose(HttpClientRequest::send));
    }

    /** Gets a text and waits for it. */
    public String text(String path) {
        return client.request(HttpMethod.GET, path)
                .compose(HttpClientRequest::send)
                .compose(HttpClientResponse::body)
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .toString();
    }

    /** Deletes a collection and waits until it is gone. */
    public void deleteAll(String path) {
        client.request(HttpMethod.DELETE, path)
                .compose(HttpClientRequest::send)
                .compose(HttpClientResponse::body)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private static JsonNode read(Future<HttpClientResponse> response) {
        Buffer answer = response.compose(HttpClientResponse::body)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        try {
            return new ObjectMapper().readTree(answer.getBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param onLength told the length of a whole answer, or a negative number */
    public void get(String path, IntConsumer onLength) {
        client.request(HttpMethod.GET, path)
                .compose(request -> request.send())
                .compose(HttpClientResponse::body)
                .onComplete(body -> {
                    if (body.failed()) {
                        System.err.println("GET " + path + ": " + body.cause());
                    }
                    onLength.accept(body.succeeded() ? body.result().length() : -1);
                });
    }

    /** Streams an answer piece by piece until it ends. */
    public void stream(String path, Runnable onBegin, Consumer<Buffer> onPiece, Runnable onEnd) {
        client.request(HttpMethod.GET, path).compose(request -> request.send()).onComplete(answer -> {
            if (answer.failed()) {
                onEnd.run();
                return;
            }
            answer.result()
                    .handler(onPiece::accept)
                    .endHandler(end -> onEnd.run())
                    .exceptionHandler(e -> onEnd.run());
            onBegin.run();
        });
    }

    @Override
    public void close() {
        client.close().toCompletionStage().toCompletableFuture().join();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
