package io.lembos.kubelet.server.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Several streams in one WebSocket, as {@code *.channel.k8s.io} has it: each message begins with the number of its stream;
 * in the base64 forms the number is a digit and the rest encoded (k8s.io/apimachinery, util/httpstream/wsstream).
 *
 * <p>The socket's event loop owns it.
 */
final class ChannelFrames {
    /** In v5, a message that says which stream its sender has finished. */
    static final int CLOSE = 255;

    private static final int TEXT_BYTES_MAX = 1 << 20;

    private final ServerWebSocket socket;
    private final boolean base64;
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private int current = -1;

    /** Gets the bytes of a stream. */
    @FunctionalInterface
    interface Reader {
        void received(int channel, byte[] bytes);
    }

    ChannelFrames(ServerWebSocket socket) {
        this.socket = socket;
        this.base64 = socket.subProtocol() != null && socket.subProtocol().contains("base64");
    }

    void read(Reader reader) {
        socket.frameHandler(frame -> {
            if (frame.isBinary() || frame.isText() || frame.isContinuation()) {
                if (base64) {
                    encoded(frame, reader);
                } else {
                    plain(frame, reader);
                }
            }
        });
    }

    void send(int channel, ByteBuf bytes) {
        send(channel, ByteBufUtil.getBytes(bytes));
    }

    void send(int channel, byte[] bytes) {
        if (socket.isClosed()) {
            return;
        }
        if (base64) {
            socket.writeTextMessage(channel + Base64.getEncoder().encodeToString(bytes));
        } else {
            socket.writeBinaryMessage(
                    Buffer.buffer(bytes.length + 1).appendByte((byte) channel).appendBytes(bytes));
        }
    }

    /** A message may come in pieces, of which only the first says whose it is. */
    private void plain(WebSocketFrame frame, Reader reader) {
        byte[] bytes = frame.binaryData().getBytes();
        int from = 0;
        if (!frame.isContinuation()) {
            if (bytes.length == 0) {
                return;
            }
            current = bytes[0] & 0xFF;
            from = 1;
        }
        if (current >= 0) {
            reader.received(current, java.util.Arrays.copyOfRange(bytes, from, bytes.length));
        }
    }

    private void encoded(WebSocketFrame frame, Reader reader) {
        text.writeBytes(frame.binaryData().getBytes());
        if (text.size() > TEXT_BYTES_MAX) {
            socket.close((short) 1009);
            return;
        }
        if (frame.isFinal()) {
            String message = text.toString(StandardCharsets.US_ASCII);
            text.reset();
            if (!message.isEmpty()) {
                try {
                    reader.received(message.charAt(0) - '0', Base64.getDecoder().decode(message.substring(1)));
                } catch (IllegalArgumentException e) {
                    socket.close((short) 1003);
                }
            }
        }
    }
}
