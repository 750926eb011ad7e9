package io.lembos.kubelet.actions;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.lembos.api.time.Clock;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks a container by HTTP as kubelet does: a connection of its own each time, no certificate verified, redirects followed
 * on the same host only. Errors read as Go's HTTP client words them. At most {@value #BODY_MAX} bytes of an answer are
 * kept.
 */
public final class HttpGet implements AutoCloseable {
    static final int BODY_MAX = 10 * 1024;
    private static final int REDIRECTS_MAX = 10;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final Clock clock;
    private final HttpClient client;

    public HttpGet(Vertx vertx, Clock clock) {
        this.clock = clock;
        client = vertx.createHttpClient(new HttpClientOptions()
                .setTrustAll(true)
                .setVerifyHost(false)
                .setKeepAlive(false)
                .setMaxPoolSize(1000));
    }

    /** @param location where a redirect leads, null if it does not */
    public record Answer(int status, String body, String location) {}

    /**
     * @param ip of the pod, asked unless the action names a host
     * @param timeout for everything together
     */
    public Answer get(Container container, HTTPGetAction get, String ip, String userAgent, Duration timeout)
            throws IOException, ActionException {
        String host = get.getHost() == null || get.getHost().isEmpty() ? ip : get.getHost();
        String scheme = "HTTPS".equalsIgnoreCase(get.getScheme()) ? "https" : "http";
        String path = get.getPath() == null || get.getPath().isEmpty() ? "/" : get.getPath();
        MultiMap headers = headers(get, userAgent);
        URI uri = uri(scheme + "://" + authority(host, Ports.resolve(get.getPort(), container))
                + (path.startsWith("/") ? path : "/" + path));
        long end = clock.nanoTime() + timeout.toNanos();
        for (int hops = 0; hops < REDIRECTS_MAX; hops++) {
            Answer answer = once(uri, headers, Duration.ofNanos(end - clock.nanoTime()));
            if (answer.location() == null) {
                return answer;
            }
            URI next = uri.resolve(uri(answer.location()));
            if (!uri.getHost().equals(next.getHost())) {
                return answer;
            }
            uri = next;
        }
        throw new IOException("Get \"" + uri + "\": stopped after " + REDIRECTS_MAX + " redirects");
    }

    @Override
    public void close() {
        client.close();
    }

    /** Host and port as URLs write them. */
    public static String authority(String host, int port) {
        return (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
    }

    /** Why a connection failed, as Go says it. */
    public static String dialError(String host, int port, Throwable cause) {
        String why = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        if (cause instanceof ConnectException && why.contains("refused")) {
            why = "connection refused";
        } else if (why.contains("unreachable") || why.contains("No route to host")) {
            why = why.contains("Network") ? "network is unreachable" : "no route to host";
        }
        return "dial tcp " + authority(host, port) + ": connect: " + why;
    }

    private Answer once(URI uri, MultiMap headers, Duration timeout) throws IOException {
        boolean tls = "https".equals(uri.getScheme());
        int port = uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80;
        String host = uri.getHost().replaceAll("^\\[|\\]$", "");
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost(host)
                .setPort(port)
                .setSsl(tls)
                .setURI(target(uri))
                .setHeaders(headers);
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        CompletableFuture<HttpClientRequest> sent = new CompletableFuture<>();
        client.request(request).onFailure(answer::completeExceptionally).onSuccess(r -> {
            sent.complete(r);
            r.send().onFailure(answer::completeExceptionally).onSuccess(response -> read(response, answer));
        });
        String asked = "Get \"" + uri + "\": ";
        try {
            return answer.get(Math.max(1, timeout.toMillis()), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException(
                    asked + "context deadline exceeded (Client.Timeout exceeded while awaiting headers)", e);
        } catch (ExecutionException e) {
            boolean dialed = sent.isDone();
            throw new IOException(asked + (dialed ? text(e.getCause()) : dialError(host, port, e.getCause())), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(asked + "context canceled", e);
        } finally {
            sent.thenAccept(r -> r.connection().close());
        }
    }

    private static String text(Throwable cause) {
        return cause.getMessage() == null || cause.getMessage().startsWith("Connection was closed")
                ? "EOF"
                : cause.getMessage();
    }

    private static void read(HttpClientResponse response, CompletableFuture<Answer> answer) {
        boolean redirect = REDIRECTS.contains(response.statusCode());
        String location = redirect ? response.getHeader("Location") : null;
        Buffer body = Buffer.buffer();
        Runnable done = () -> answer.complete(
                new Answer(response.statusCode(), body.getString(0, Math.min(body.length(), BODY_MAX)), location));
        response.handler(piece -> {
            body.appendBuffer(piece);
            if (body.length() >= BODY_MAX) {
                response.pause();
                done.run();
            }
        });
        response.exceptionHandler(answer::completeExceptionally);
        response.endHandler(end -> done.run());
    }

    private static MultiMap headers(HTTPGetAction get, String userAgent) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        for (HTTPHeader header : get.getHttpHeaders()) {
            headers.add(header.getName(), header.getValue() == null ? "" : header.getValue());
        }
        if (!headers.contains("User-Agent")) {
            headers.set("User-Agent", userAgent);
        }
        if (!headers.contains("Accept")) {
            headers.set("Accept", "*/*");
        } else if (headers.get("Accept").isEmpty()) {
            headers.remove("Accept");
        }
        return headers.set("Connection", "close");
    }

    private static String target(URI uri) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    private static URI uri(String text) throws ActionException {
        try {
            return new URI(text);
        } catch (java.net.URISyntaxException e) {
            throw new ActionException("parse \"" + text + "\": " + e.getReason());
        }
    }
}
