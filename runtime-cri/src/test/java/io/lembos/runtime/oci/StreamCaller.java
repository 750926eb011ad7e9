package io.lembos.runtime.oci;

import io.lembos.runtime.streaming.SpdyConnection;
import io.lembos.runtime.streaming.SpdyStream;
import io.lembos.runtime.streaming.StreamingClient;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.nio.NioEventLoopGroup;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A caller of the streaming server who keeps all that it hears. Safe for many threads. */
final class StreamCaller implements AutoCloseable {
    private final NioEventLoopGroup loop = new NioEventLoopGroup(1);
    private final Map<String, SpdyStream> streams = new LinkedHashMap<>();
    private final Map<String, ByteArrayOutputStream> heard = new LinkedHashMap<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private SpdyConnection connection;

    /** @param types of the streams that are opened, without the one for errors */
    static StreamCaller ofProcess(String url, String... types) throws Exception {
        StreamCaller caller = new StreamCaller(url, "v4.channel.k8s.io");
        caller.open("error", Map.of("streamType", "error")).finish();
        for (String type : types) {
            caller.open(type, Map.of("streamType", type));
        }
        return caller;
    }

    StreamCaller(String url, String protocol) throws Exception {
        StreamingClient.open(loop.next(), URI.create(url), List.of(protocol), (channel, agreed) -> {
                    connection = SpdyConnection.on(channel, false, SpdyStream::reset);
                    connection.onClose(() -> over.complete(null));
                })
                .get(10, TimeUnit.SECONDS);
    }

    SpdyStream open(String name, Map<String, String> headers) {
        SpdyStream stream = connection.open(headers);
        synchronized (heard) {
            streams.put(name, stream);
            heard.put(name, new ByteArrayOutputStream());
        }
        stream.onBytes(bytes -> {
            synchronized (heard) {
                heard.get(name).writeBytes(ByteBufUtil.getBytes(bytes));
            }
        });
        return stream;
    }

    SpdyConnection connection() {
        return connection;
    }

    void send(String name, String text) {
        stream(name).write(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    SpdyStream stream(String name) {
        synchronized (heard) {
            return streams.get(name);
        }
    }

    String heard(String name) {
        synchronized (heard) {
            return heard.get(name).toString(StandardCharsets.UTF_8);
        }
    }

    void awaitEnd() throws Exception {
        over.get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        connection.close();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
