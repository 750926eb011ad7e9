package io.lembos.apiserver.handlers;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * The answer to an HTTP request, without end until the watch ends.
 *
 * <p>Events wait until the connection's event loop takes them, which writes all that wait as one piece: while it is busy
 * with other watchers, events gather, so that the work for each becomes less the more there is to do. What waits is
 * bounded by {@link #isFull}.
 *
 * <p>The response's monitor guards {@code waiting} and the response's being over. {@code waitingBytes} is read without it
 * by those who wait for room, who hold a lock that the event loop takes too.
 */
final class ResponseChannel implements WatchChannel {
    /** Some dozens of usual events: enough for one piece to be worth its costs, little for a thousand slow watchers. */
    private static final int WAITING_BYTES_MAX = 1 << 16;

    private final HttpServerResponse response;
    private final Context eventLoop;
    private final String contentType;
    private final List<ByteBuf> waiting = new ArrayList<>();
    private volatile int waitingBytes;
    private volatile Handler<Void> onDrain = drained -> {};

    /** @param eventLoop the context of the request's connection */
    ResponseChannel(HttpServerResponse response, Context eventLoop, String contentType) {
        this.response = response;
        this.eventLoop = eventLoop;
        this.contentType = contentType;
    }

    @Override
    public void begin() {
        synchronized (response) {
            if (!response.headWritten() && !response.closed()) {
                response.setChunked(true).setStatusCode(200).putHeader("Content-Type", contentType);
                // Not an empty write: over HTTP/2 that keeps the head until the first event.
                response.writeHead();
            }
        }
    }

    @Override
    public void write(ByteBuf event) {
        boolean first;
        synchronized (response) {
            first = waiting.isEmpty();
            waiting.add(event);
            waitingBytes += event.readableBytes();
        }
        if (first) {
            eventLoop.runOnContext(here -> {
                if (writeWaiting()) {
                    onDrain.handle(null);
                }
            });
        }
    }

    @Override
    public void end() {
        synchronized (response) {
            writeWaiting();
            if (!isOver()) {
                response.end();
            }
        }
    }

    /** True if there is room now, or no use in waiting for it. */
    private boolean writeWaiting() {
        synchronized (response) {
            if (!waiting.isEmpty() && !isOver()) {
                response.write(Buffer.buffer(onePiece()));
            }
            waiting.clear();
            waitingBytes = 0;
            return isOver() || !response.writeQueueFull();
        }
    }

    private ByteBuf onePiece() {
        if (waiting.size() == 1) {
            return waiting.getFirst();
        }
        ByteBuf piece = Unpooled.buffer(waitingBytes);
        waiting.forEach(piece::writeBytes);
        return piece;
    }

    @Override
    public void reset() {
        response.reset();
    }

    @Override
    public boolean isOver() {
        return response.ended() || response.closed();
    }

    @Override
    public boolean isFull() {
        return waitingBytes >= WAITING_BYTES_MAX || response.writeQueueFull();
    }

    @Override
    public void onDrain(Handler<Void> handler) {
        onDrain = handler;
        response.drainHandler(handler);
    }

    @Override
    public void onClose(Runnable action) {
        response.exceptionHandler(failure -> action.run());
        response.closeHandler(end -> action.run());
    }
}
