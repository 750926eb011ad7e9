package io.lembos.apiserver.aggregation;

import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.apiserver.http.EventLoopCall;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.http.Passage;
import io.lembos.apiserver.http.ServerTls;
import io.lembos.apiserver.webhook.ServiceAddress;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Passes a request on to the server that answers for it, and its answer back, piece by piece and as fast as the client takes
 * it. Shows that server our own certificate and tells it in headers for whom the request is; what a client itself sends under
 * these names is taken away.
 *
 * <p>One HTTP client per way of trusting a server, made when first needed and kept until this is closed. Safe for many
 * threads.
 */
public final class ApiProxy implements AutoCloseable {
    private final Vertx vertx;
    private final ServerTls identity;
    private final ServiceAddress services;
    private final Map<Trust, HttpClient> clients = new ConcurrentHashMap<>();

    private record Trust(String authority, boolean unverified) {}

    /** @param identity the certificate that other servers know us by */
    ApiProxy(Vertx vertx, ServerTls identity, ServiceAddress services) {
        this.vertx = vertx;
        this.identity = identity;
        this.services = services;
    }

    /**
     * Answers the exchange with what the server answers.
     *
     * @param path of the server, with query
     */
    void pass(RemoteVersion remote, String path, Exchange exchange) {
        HttpServerResponse response = exchange.response();
        try {
            RequestOptions options = options(remote, exchange.request().method(), path);
            MultiMap headers = MultiMap.caseInsensitiveMultiMap();
            Passage.copyHeaders(exchange.request().headers(), headers);
            tellIdentity(exchange.identity(), headers);
            EventLoopCall.begin(
                            exchange,
                            () -> client(remote)
                                    .request(options.setHeaders(headers))
                                    .compose(request -> {
                                        response.closeHandler(gone -> request.reset());
                                        return request.send(Buffer.buffer(exchange.body()));
                                    })
                                    .compose(answer -> Passage.forward(answer, response)))
                    .join();
        } catch (CompletionException e) {
            if (!response.closed()) {
                throw unavailable(
                        "error trying to reach service: " + e.getCause().getMessage());
            }
        }
    }

    /** A GET in our own name; the body of its answer. Fails with CompletionException. */
    Answer get(RemoteVersion remote, String path, Identity as) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().set("Accept", "application/json");
        tellIdentity(as, headers);
        RequestOptions options = options(remote, HttpMethod.GET, path).setHeaders(headers);
        return EventLoopCall.begin(
                        vertx,
                        () -> client(remote)
                                .request(options)
                                .compose(HttpClientRequest::send)
                                .compose(answer ->
                                        answer.body().map(body -> new Answer(answer.statusCode(), body.getBytes()))))
                .join();
    }

    /** A whole answer. */
    record Answer(int code, byte[] body) {}

    @Override
    public void close() {
        clients.values()
                .forEach(client ->
                        client.close().toCompletionStage().toCompletableFuture().join());
    }

    private RequestOptions options(RemoteVersion remote, HttpMethod method, String path) {
        InetSocketAddress address = address(remote);
        return new RequestOptions()
                .setServer(SocketAddress.inetSocketAddress(address.getPort(), address.getHostString()))
                .setHost(remote.serverName())
                .setPort(address.getPort())
                .setMethod(method)
                .setURI(path);
    }

    private HttpClient client(RemoteVersion remote) {
        return clients.computeIfAbsent(new Trust(remote.authority(), remote.unverified()), this::client);
    }

    private InetSocketAddress address(RemoteVersion remote) {
        try {
            return services.of(
                    remote.service().namespace() + "/" + remote.service().name(), remote.port());
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private HttpClient client(Trust trust) {
        HttpClientOptions options = new HttpClientOptions()
                .setSsl(true)
                .setMaxPoolSize(100)
                .setTrustAll(trust.unverified())
                .setVerifyHost(!trust.unverified())
                .setForceSni(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertPath(identity.certificate().toString())
                        .addKeyPath(identity.key().toString()));
        if (!trust.authority().isEmpty()) {
            options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(trust.authority())));
        }
        return vertx.createHttpClient(options);
    }

    private static void tellIdentity(Identity caller, MultiMap headers) {
        headers.set("X-Remote-User", caller.user());
        if (!caller.uid().isEmpty()) {
            headers.set("X-Remote-Uid", caller.uid());
        }
        caller.groups().forEach(group -> headers.add("X-Remote-Group", group));
        caller.extra().forEach((name, values) -> {
            String header = "X-Remote-Extra-" + URLEncoder.encode(name, StandardCharsets.UTF_8);
            values.forEach(value -> headers.add(header, value));
        });
    }

    private static ApiError unavailable(String message) {
        return ApiError.of(Reason.ServiceUnavailable, message);
    }
}
