package io.lembos.kubelet.server.streaming;

import io.lembos.runtime.streaming.SpdyConnection;
import io.lembos.runtime.streaming.SpdyStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.vertx.core.http.ServerWebSocket;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A process' streams for a caller who speaks WebSocket: every stream of the runtime's connection is a numbered channel of
 * the socket (KEP-4006). Whoever is faster is held up.
 *
 * <p>Both connections live on one event loop, which owns this.
 */
final class WebSocketProcess {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int ERROR = 3;
    private static final int RESIZE = 4;

    private final ServerWebSocket socket;
    private final ChannelFrames frames;
    private final StreamRequest.Streams wanted;
    private final Map<Integer, SpdyStream> streams = new LinkedHashMap<>();
    private SpdyConnection runtime;
    private int open;

    WebSocketProcess(ServerWebSocket socket, StreamRequest.Streams wanted) {
        this.socket = socket;
        this.frames = new ChannelFrames(socket);
        this.wanted = wanted;
    }

    /** @param channel to the runtime, on the socket's event loop */
    void join(Channel channel) {
        runtime = SpdyConnection.on(channel, false, strange -> strange.reset());
        output(ERROR, "error");
        if (wanted.stdin()) {
            streams.put(STDIN, runtime.open(Map.of("streamType", "stdin")));
        }
        if (wanted.stdout()) {
            output(STDOUT, "stdout");
        }
        if (wanted.stderr()) {
            output(STDERR, "stderr");
        }
        if (wanted.tty()) {
            streams.put(RESIZE, runtime.open(Map.of("streamType", "resize")));
        }
        runtime.onDrain(socket::resume);
        runtime.onClose(this::over);
        Map<Integer, SpdyStream> inputs = new HashMap<>(streams);
        frames.read((number, bytes) -> input(inputs, number, bytes));
        socket.closeHandler(gone -> runtime.close());
        socket.exceptionHandler(failure -> runtime.close());
        // Tells the caller that everything stands, as Kubernetes' servers do.
        frames.send(wanted.stdout() ? STDOUT : wanted.stderr() ? STDERR : ERROR, new byte[0]);
        socket.resume();
        if (socket.isClosed()) {
            runtime.close();
        }
    }

    private void output(int number, String type) {
        open++;
        SpdyStream stream = runtime.open(Map.of("streamType", type));
        stream.onBytes(bytes -> {
            frames.send(number, bytes);
            if (socket.writeQueueFull()) {
                runtime.read(false);
                socket.drainHandler(room -> runtime.read(true));
            }
        });
        stream.onEnd(this::ended);
        if (number == ERROR) {
            stream.finish(); // We never write to it, and the runtime waits for that to be said.
        } else {
            streams.put(number, stream);
        }
    }

    private void input(Map<Integer, SpdyStream> inputs, int number, byte[] bytes) {
        if (number == ChannelFrames.CLOSE) {
            if (bytes.length > 0 && inputs.get(bytes[0] & 0xFF) != null) {
                inputs.get(bytes[0] & 0xFF).finish();
            }
            return;
        }
        SpdyStream stream = number == STDIN || number == RESIZE ? inputs.get(number) : null;
        if (stream != null && bytes.length > 0) {
            stream.write(Unpooled.wrappedBuffer(bytes));
            if (runtime.isFull()) {
                socket.pause();
            }
        }
    }

    private void ended() {
        open--;
        if (open == 0) {
            over();
        }
    }

    private void over() {
        runtime.close();
        if (!socket.isClosed()) {
            socket.close();
        }
    }
}
