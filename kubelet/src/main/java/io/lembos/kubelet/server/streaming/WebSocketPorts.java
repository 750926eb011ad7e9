package io.lembos.kubelet.server.streaming;

import io.lembos.runtime.streaming.SpdyConnection;
import io.lembos.runtime.streaming.SpdyStream;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Ports of a pod for a caller who speaks WebSocket without SPDY inside, as JavaScript clients do: channel 2n carries the
 * n-th port's bytes and channel 2n+1 its errors, and the first message of each is the port's number, low byte first
 * (k8s.io/kubelet, cri/streaming/portforward/websocket.go).
 */
final class WebSocketPorts {
    private final ServerWebSocket socket;
    private final ChannelFrames frames;
    private final List<Integer> ports;
    private final List<SpdyStream> data = new ArrayList<>();
    private SpdyConnection runtime;
    private int open;

    WebSocketPorts(ServerWebSocket socket, List<Integer> ports) {
        this.socket = socket;
        this.frames = new ChannelFrames(socket);
        this.ports = ports;
    }

    /** @param channel to the runtime, on the socket's event loop */
    void join(Channel channel) {
        runtime = SpdyConnection.on(channel, false, strange -> strange.reset());
        for (int n = 0; n < ports.size(); n++) {
            int port = ports.get(n);
            byte[] number = {(byte) port, (byte) (port >> 8)};
            frames.send(2 * n, number);
            frames.send(2 * n + 1, number);
            SpdyStream error = stream("error", port, n, 2 * n + 1);
            error.finish();
            data.add(stream("data", port, n, 2 * n));
        }
        runtime.onDrain(socket::resume);
        runtime.onClose(this::over);
        List<SpdyStream> inputs = List.copyOf(data);
        frames.read((number, bytes) -> {
            if (number % 2 == 0 && number / 2 < inputs.size() && bytes.length > 0) {
                inputs.get(number / 2).write(Unpooled.wrappedBuffer(bytes));
                if (runtime.isFull()) {
                    socket.pause();
                }
            }
        });
        socket.closeHandler(gone -> runtime.close());
        socket.exceptionHandler(failure -> runtime.close());
        socket.resume();
        if (socket.isClosed()) {
            runtime.close();
        }
    }

    private SpdyStream stream(String type, int port, int request, int number) {
        open++;
        return runtime.open(
                        Map.of("streamType", type, "port", String.valueOf(port), "requestID", String.valueOf(request)))
                .onBytes(bytes -> {
                    frames.send(number, bytes);
                    if (socket.writeQueueFull()) {
                        runtime.read(false);
                        socket.drainHandler(room -> runtime.read(true));
                    }
                })
                .onEnd(() -> {
                    open--;
                    if (open == 0) {
                        over();
                    }
                });
    }

    private void over() {
        runtime.close();
        if (!socket.isClosed()) {
            socket.close();
        }
    }
}
