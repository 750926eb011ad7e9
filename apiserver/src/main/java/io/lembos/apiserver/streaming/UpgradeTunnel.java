package io.lembos.apiserver.streaming;

import io.lembos.api.error.ApiError;
import io.lembos.apiserver.http.Exchange;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Passes a request for another protocol (SPDY, WebSocket) on to a server that speaks it, and from its consent on all bytes
 * between the two, understood by neither of ours: the one that writes faster is held up. A refusal comes back as it is.
 *
 * <p>Both connections live on the event loop of the client's, which owns all state.
 */
public final class UpgradeTunnel {
    /** What the other server needs to know; credentials are ours, not the caller's. */
    private static final Set<String> PASSED_ON = Set.of("connection", "upgrade", "user-agent", "origin");

    private static final List<String> PREFIXES_PASSED_ON = List.of("sec-websocket-", "x-stream-protocol-version");
    private static final int REFUSAL_BYTES_MAX = 1 << 20;

    private final NetClient servers;

    /** @param servers shows them our certificate and judges theirs */
    public UpgradeTunnel(NetClient servers) {
        this.servers = servers;
    }

    /** Whether the caller asks to leave HTTP. */
    public static boolean isAskedFor(Exchange exchange) {
        return !exchange.header("Upgrade").isEmpty()
                && exchange.header("Connection").toLowerCase(Locale.ROOT).contains("upgrade");
    }

    /**
     * Returns when the client is joined to the server, or refused.
     *
     * @param path at the server, with query
     */
    public void open(InetSocketAddress server, String path, Exchange exchange) {
        if (!RawConnection.isPossible(exchange.request())) {
            throw ApiError.badRequest("Upgrade request required: HTTP/1.1 only");
        }
        Attempt attempt = new Attempt(server, path, exchange);
        exchange.eventLoop().runOnContext(here -> attempt.begin());
        try {
            attempt.over.join();
        } catch (CompletionException e) {
            throw ApiError.internal("error dialing backend: " + e.getCause().getMessage());
        }
    }

    /** One request on its way. */
    private final class Attempt {
        private final InetSocketAddress server;
        private final String path;
        private final Exchange exchange;
        private final CompletableFuture<Void> over = new CompletableFuture<>();
        private final Buffer received = Buffer.buffer();
        private ResponseHead head;

        Attempt(InetSocketAddress server, String path, Exchange exchange) {
            this.server = server;
            this.path = path;
            this.exchange = exchange;
        }

        void begin() {
            servers.connect(server.getPort(), server.getHostString())
                    .onSuccess(this::ask)
                    .onFailure(over::completeExceptionally);
        }

        private void ask(NetSocket socket) {
            socket.handler(bytes -> answered(socket, bytes));
            socket.closeHandler(gone -> refusedOrLost());
            exchange.response().closeHandler(gone -> socket.close());
            socket.write(Buffer.buffer(requestHead(), "ISO-8859-1"));
        }

        private String requestHead() {
            // By GET whatever the caller chose: node agents take both, and a GET has no body to argue about.
            StringBuilder request = new StringBuilder("GET ")
                    .append(path)
                    .append(" HTTP/1.1\r\nHost: ")
                    .append(server.getHostString())
                    .append(':')
                    .append(server.getPort())
                    .append("\r\n");
            MultiMap headers = exchange.request().headers();
            headers.forEach((name, value) -> {
                if (isPassedOn(name)) {
                    request.append(name).append(": ").append(value).append("\r\n");
                }
            });
            return request.append("\r\n").toString();
        }

        private void answered(NetSocket socket, Buffer bytes) {
            received.appendBuffer(bytes);
            if (head == null) {
                try {
                    head = ResponseHead.read(received).orElse(null);
                } catch (IllegalArgumentException e) {
                    over.completeExceptionally(e);
                    socket.close();
                    return;
                }
            }
            if (head == null) {
                return;
            }
            if (head.switchesProtocols()) {
                join(socket);
            } else if (isWhole() || received.length() > REFUSAL_BYTES_MAX) {
                refuse();
                socket.close();
            }
        }

        private boolean isWhole() {
            return head.header("content-length")
                    .filter(length -> received.length() >= head.length() + Long.parseLong(length))
                    .isPresent();
        }

        private void refusedOrLost() {
            if (head != null && !head.switchesProtocols()) {
                refuse();
            } else {
                over.completeExceptionally(new java.io.IOException("the connection was closed before an answer"));
            }
        }

        private void refuse() {
            HttpServerResponse response = exchange.response();
            if (!over.isDone() && !response.ended() && !response.closed()) {
                response.setStatusCode(head.code());
                head.header("content-type").ifPresent(type -> response.putHeader("Content-Type", type));
                response.end(received.getBuffer(head.length(), received.length()));
            }
            over.complete(null);
        }

        private void join(NetSocket socket) {
            exchange.response().closeHandler(null); // From here on the raw connection tells.
            RawConnection client = RawConnection.takeOver(exchange.request());
            client.write(Buffer.buffer(String.join("\r\n", head.lines()) + "\r\n\r\n", "ISO-8859-1"));
            if (received.length() > head.length()) {
                client.write(received.getBuffer(head.length(), received.length()));
            }
            socket.handler(bytes -> {
                client.write(bytes);
                if (client.isFull()) {
                    socket.pause();
                }
            });
            client.onDrain(socket::resume);
            client.onBytes(bytes -> {
                socket.write(bytes);
                if (socket.writeQueueFull()) {
                    client.pause();
                    socket.drainHandler(room -> client.resume());
                }
            });
            socket.exceptionHandler(failure -> {}); // It closes, which is what counts.
            socket.closeHandler(gone -> client.close());
            client.onClose(socket::close);
            over.complete(null);
        }
    }

    private static boolean isPassedOn(String header) {
        String name = header.toLowerCase(Locale.ROOT);
        return PASSED_ON.contains(name) || PREFIXES_PASSED_ON.stream().anyMatch(name::startsWith);
    }

    /** A query of one of the pod's streams. */
    public static String query(List<Map.Entry<String, String>> parameters) {
        StringBuilder query = new StringBuilder();
        for (Map.Entry<String, String> parameter : parameters) {
            query.append(query.isEmpty() ? '?' : '&')
                    .append(parameter.getKey())
                    .append('=')
                    .append(java.net.URLEncoder.encode(parameter.getValue(), StandardCharsets.UTF_8));
        }
        return query.toString();
    }
}
