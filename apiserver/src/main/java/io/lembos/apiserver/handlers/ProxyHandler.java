package io.lembos.apiserver.handlers;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.apiserver.http.EventLoopCall;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.http.Passage;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.webhook.ServiceAddress;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletionException;

/**
 * {@code proxy} of nodes, pods and services: passes a request on to a node agent, or into the cluster's network, and the answer
 * back. The name may be {@code [scheme:]name[:port]}.
 */
public final class ProxyHandler implements Handler {
    private static final int HTTP_PORT = 80;
    /** api/v1/nodes/NAME/proxy. */
    private static final int SEGMENTS_IN_CLUSTER = 5;
    /** api/v1/namespaces/NAMESPACE/pods/NAME/proxy. */
    private static final int SEGMENTS_IN_NAMESPACE = 7;

    private final Registry registry;
    private final HttpClient kubelets;
    private final HttpClient others;
    private final ServiceAddress services;

    /**
     * @param kubelets shows the API server's certificate
     * @param others shows nothing
     */
    public ProxyHandler(Registry registry, HttpClient kubelets, HttpClient others, ServiceAddress services) {
        this.registry = registry;
        this.kubelets = kubelets;
        this.others = others;
        this.services = services;
    }

    /** @param scheme and port: empty where the caller leaves them to us */
    private record Named(String scheme, String name, String port) {
        static Named of(String written) {
            String[] parts = written.split(":", -1);
            return switch (parts.length) {
                case 1 -> new Named("", parts[0], "");
                case 2 -> new Named("", parts[0], parts[1]);
                case 3 -> new Named(parts[0], parts[1], parts[2]);
                default -> throw ApiError.badRequest("invalid proxy target \"" + written + "\"");
            };
        }

        boolean isSecure() {
            return scheme.equals("https");
        }

        int portOr(int otherwise) {
            if (port.isEmpty()) {
                return otherwise;
            }
            try {
                return Integer.parseInt(port);
            } catch (NumberFormatException e) {
                throw ApiError.badRequest("invalid port \"" + port + "\"");
            }
        }
    }

    @Override
    public void handle(Target target) {
        Named named = Named.of(target.info().name());
        Exchange exchange = target.exchange();
        String path = rest(
                exchange.request().uri(), target.kind().namespaced() ? SEGMENTS_IN_NAMESPACE : SEGMENTS_IN_CLUSTER);
        switch (target.kind().plural()) {
            case "nodes" -> {
                NodeAgent agent = NodeAgent.of(registry, named.name());
                pass(kubelets, new InetSocketAddress(agent.host(), named.portOr(agent.port())), true, path, exchange);
            }
            case "pods" -> pass(others, pod(target, named), named.isSecure(), path, exchange);
            default -> pass(others, service(target, named), named.isSecure(), path, exchange);
        }
    }

    /**
     * What comes after {@code /proxy}, as the caller wrote it, with the query.
     *
     * @param segments of the path up to there
     */
    static String rest(String uri, int segments) {
        int query = uri.indexOf('?');
        String path = query < 0 ? uri : uri.substring(0, query);
        int at = 0;
        for (int i = 0; i < segments && at >= 0; i++) {
            at = path.indexOf('/', at + 1);
        }
        return (at < 0 ? "/" : path.substring(at)) + (query < 0 ? "" : uri.substring(query));
    }

    private InetSocketAddress pod(Target target, Named named) {
        JsonNode pod = CanonicalJson.read(registry.reader()
                .get(target.kind(), ObjectKey.of(target.namespace(), named.name()))
                .bytes());
        String ip = pod.path("status").path("podIP").asText("");
        if (ip.isEmpty()) {
            throw ApiError.badRequest("address not allowed");
        }
        JsonNode declared = pod.path("spec")
                .path("containers")
                .path(0)
                .path("ports")
                .path(0)
                .path("containerPort");
        return new InetSocketAddress(ip, named.portOr(declared.asInt(HTTP_PORT)));
    }

    private InetSocketAddress service(Target target, Named named) {
        JsonNode service = CanonicalJson.read(registry.reader()
                .get(target.kind(), ObjectKey.of(target.namespace(), named.name()))
                .bytes());
        JsonNode ports = service.path("spec").path("ports");
        int port = ports.path(0).path("port").asInt(HTTP_PORT);
        boolean byName = !named.port().isEmpty() && !named.port().chars().allMatch(Character::isDigit);
        if (byName) {
            port = ports.valueStream()
                    .filter(p -> p.path("name").asText().equals(named.port()))
                    .map(p -> p.path("port").asInt())
                    .findFirst()
                    .orElseThrow(() -> unavailable(
                            "no service port \"" + named.port() + "\" found for service \"" + named.name() + "\""));
        } else {
            port = named.portOr(port);
        }
        try {
            return services.of(target.namespace() + "/" + named.name(), port);
        } catch (IOException e) {
            throw unavailable(e.getMessage());
        }
    }

    private void pass(HttpClient client, InetSocketAddress server, boolean secure, String path, Exchange exchange) {
        HttpServerResponse response = exchange.response();
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        Passage.copyHeaders(exchange.request().headers(), headers);
        RequestOptions options = new RequestOptions()
                .setHost(server.getHostString())
                .setPort(server.getPort())
                .setSsl(secure)
                .setMethod(exchange.request().method())
                .setURI(path)
                .setHeaders(headers);
        try {
            EventLoopCall.begin(
                            exchange,
                            () -> client.request(options)
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

    private static ApiError unavailable(String message) {
        return ApiError.of(Reason.ServiceUnavailable, message);
    }
}
