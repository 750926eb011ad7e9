package io.lembos.apiserver.handlers;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/** The answer to an HTTP request, without end until the watch ends. The response's monitor guards its being over. */
record ResponseChannel(HttpServerResponse response, String contentType) implements WatchChannel {
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
        synchronized (response) {
            if (!isOver()) {
                response.write(Buffer.buffer(event));
            }
        }
    }

    @Override
    public void end() {
        synchronized (response) {
            if (!isOver()) {
                response.end();
            }
        }
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
        return response.writeQueueFull();
    }

    @Override
    public void onDrain(Handler<Void> handler) {
        response.drainHandler(handler);
    }

    @Override
    public void onClose(Runnable action) {
        response.exceptionHandler(failure -> action.run());
        response.closeHandler(end -> action.run());
    }
}
