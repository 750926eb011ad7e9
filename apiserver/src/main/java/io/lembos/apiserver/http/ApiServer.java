package io.lembos.apiserver.http;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Listens for API requests and hands them to the request chain. One server instance per event loop, all on the same
 * port, so that connections spread over the cores.
 */
public final class ApiServer implements AutoCloseable {
    /** Resets of streams that one connection may see within {@link #STREAM_RESETS_SECONDS}; more close it. */
    private static final int STREAM_RESETS_MAX = 10_000;

    private static final int STREAM_RESETS_SECONDS = 30;

    private final List<HttpServer> servers;
    private final int port;

    private ApiServer(List<HttpServer> servers, int port) {
        this.servers = servers;
        this.port = port;
    }

    /**
     * Starts to listen.
     *
     * @param port 0 for any free one
     * @param eventLoops how many event loops serve the port
     * @throws java.io.UncheckedIOException when the port is taken
     */
    public static ApiServer listen(
            Vertx vertx, String host, int port, ServerTls tls, RequestChain chain, int eventLoops) {
        HttpServerOptions options = tls.options()
                .setHost(host)
                // A client that leaves a watch resets its stream: many at once are no attack, endless ones are.
                .setHttp2RstFloodMaxRstFramePerWindow(STREAM_RESETS_MAX)
                .setHttp2RstFloodWindowDuration(STREAM_RESETS_SECONDS)
                .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS)
                .setMaxHeaderSize(1 << 17)
                .setMaxInitialLineLength(1 << 16)
                .setCompressionSupported(false)
                .setDecompressionSupported(true);
        List<HttpServer> servers = new ArrayList<>();
        int actual = port;
        for (int i = 0; i < eventLoops; i++) {
            HttpServer server = vertx.createHttpServer(options)
                    .connectionHandler(FlushConsolidation::applyTo)
                    .requestHandler(chain::accept);
            actual = listen(server, actual, host);
            servers.add(server);
        }
        return new ApiServer(servers, actual);
    }

    /** The port that is listened on. */
    public int port() {
        return port;
    }

    @Override
    public void close() {
        servers.forEach(s -> s.close().toCompletionStage().toCompletableFuture().join());
    }

    private static int listen(HttpServer server, int port, String host) {
        try {
            return server.listen(port, host)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join()
                    .actualPort();
        } catch (CompletionException e) {
            throw new java.io.UncheckedIOException(new java.io.IOException(
                    "Cannot listen on " + host + ":" + port + ": "
                            + e.getCause().getMessage(),
                    e.getCause()));
        }
    }
}
