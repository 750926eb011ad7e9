package io.lembos.apiserver.usage;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A node agent that tells about use what it was told to, or never answers. It ends with its Vert.x. */
final class FakeAgent {
    private final HttpServer server;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger();
    private volatile String summary = "";

    /** @param keys folder of the certificate {@code server} */
    FakeAgent(Vertx vertx, Path keys) throws Exception {
        HttpServerOptions options = new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertPath(keys.resolve("server.crt").toString())
                        .addKeyPath(keys.resolve("server.key").toString()));
        server = vertx.createHttpServer(options)
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
    }

    int port() {
        return server.actualPort();
    }

    /** How often it was asked. */
    int asked() {
        return asked.get();
    }

    /** How many gave up before the answer. */
    int left() {
        return left.get();
    }

    /** @param summary JSON; empty for no answer at all */
    void tells(String summary) {
        this.summary = summary;
    }

    private void answer(HttpServerRequest request) {
        if (!request.path().equals("/stats/summary")) {
            request.response().setStatusCode(404).end();
            return;
        }
        asked.incrementAndGet();
        if (summary.isEmpty()) {
            request.response().closeHandler(gone -> left.incrementAndGet());
        } else {
            request.response().end(summary);
        }
    }
}
