package io.lembos.apiserver.http;

import io.netty.channel.ChannelPipeline;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/**
 * Sends what several virtual threads have written to one connection in one go: Vert.x flushes after each write, and a
 * change that a hundred watches of one client see would be a hundred TLS records and system calls. A flush waits for
 * nothing but the writes that stand in the event loop's queue already.
 */
final class FlushConsolidation {
    private static final int FLUSHES_MAX = 256;
    private static final String TLS = "ssl";

    private FlushConsolidation() {}

    /** To be called on the connection's event loop, when it is new. */
    static void applyTo(HttpConnection connection) {
        // Vert.x has no public way to a connection's pipeline; without it the connection works as well, but slower.
        if (connection instanceof ConnectionBase base) {
            ChannelPipeline pipeline = base.channel().pipeline();
            if (pipeline.get(TLS) != null) {
                pipeline.addAfter(TLS, "flushes", new FlushConsolidationHandler(FLUSHES_MAX, true));
            }
        }
    }
}
