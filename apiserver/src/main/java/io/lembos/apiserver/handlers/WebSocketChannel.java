package io.lembos.apiserver.handlers;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;

/**
 * A WebSocket with one message per event (apiserver, endpoints/handlers/watch.go): text for JSON, binary for protobuf.
 * Messages from the client are not read. The socket's monitor guards its being over.
 */
final class WebSocketChannel implements WatchChannel {
    private final ServerWebSocket socket;
    private final boolean binary;

    private WebSocketChannel(ServerWebSocket socket, boolean binary) {
        this.socket = socket;
        this.binary = binary;
    }

    /** Takes the connection over; waits until the client has been told. */
    static WebSocketChannel open(HttpServerRequest request, boolean binary) {
        ServerWebSocket socket =
                request.toWebSocket().toCompletionStage().toCompletableFuture().join();
        return new WebSocketChannel(socket, binary);
    }

    @Override
    public void begin() {}

    @Override
    public void write(ByteBuf event) {
        synchronized (socket) {
            if (!socket.isClosed()) {
                if (binary) {
                    socket.writeBinaryMessage(Buffer.buffer(event));
                } else {
                    socket.writeTextMessage(
                            event.toString(StandardCharsets.UTF_8).stripTrailing());
                }
            }
        }
    }

    @Override
    public void end() {
        synchronized (socket) {
            if (!socket.isClosed()) {
                socket.close();
            }
        }
    }

    @Override
    public void reset() {
        end();
    }

    @Override
    public boolean isOver() {
        return socket.isClosed();
    }

    @Override
    public boolean isFull() {
        return socket.writeQueueFull();
    }

    @Override
    public void onDrain(Handler<Void> handler) {
        socket.drainHandler(handler);
    }

    @Override
    public void onClose(Runnable action) {
        socket.exceptionHandler(failure -> action.run());
        socket.closeHandler(end -> action.run());
    }
}
