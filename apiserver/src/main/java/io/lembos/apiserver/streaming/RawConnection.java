package io.lembos.apiserver.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A client's connection after it has left HTTP: bytes in, bytes out, encrypted as before. Vert.x gives a connection away
 * only for requests by GET, while kubectl upgrades to SPDY by POST, so HTTP's handlers are taken out of the pipeline here.
 *
 * <p>All methods are called on the connection's event loop, which owns it.
 */
final class RawConnection {
    private final Channel channel;
    private Consumer<Buffer> reader = bytes -> {};
    private Runnable drained = () -> {};
    private Runnable closed = () -> {};

    private RawConnection(Channel channel) {
        this.channel = channel;
    }

    /** Whether the connection of this request can be taken over: it cannot when it carries other requests too. */
    static boolean isPossible(HttpServerRequest request) {
        return request.version() == io.vertx.core.http.HttpVersion.HTTP_1_1
                && request.connection() instanceof ConnectionBase;
    }

    static RawConnection takeOver(HttpServerRequest request) {
        Channel channel = ((ConnectionBase) request.connection()).channel();
        ChannelPipeline pipeline = channel.pipeline();
        List<ChannelHandler> http = new ArrayList<>();
        boolean inside = pipeline.get(SslHandler.class) == null;
        for (Map.Entry<String, ChannelHandler> handler : pipeline) {
            if (inside) {
                http.add(handler.getValue());
            }
            inside |= handler.getValue() instanceof SslHandler;
        }
        RawConnection connection = new RawConnection(channel);
        pipeline.addLast("raw", connection.new Bytes());
        http.forEach(pipeline::remove);
        channel.config().setAutoRead(true);
        return connection;
    }

    void onBytes(Consumer<Buffer> action) {
        reader = action;
    }

    /** Told when a full connection takes more again. */
    void onDrain(Runnable action) {
        drained = action;
    }

    void onClose(Runnable action) {
        closed = action;
        if (!channel.isActive()) {
            action.run();
        }
    }

    void write(Buffer bytes) {
        channel.writeAndFlush(bytes.getByteBuf(), channel.voidPromise());
    }

    boolean isFull() {
        return !channel.isWritable();
    }

    void pause() {
        channel.config().setAutoRead(false);
    }

    void resume() {
        channel.config().setAutoRead(true);
    }

    /** Sends what is written and closes. */
    void close() {
        channel.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER)
                .addListener(io.netty.channel.ChannelFutureListener.CLOSE);
    }

    private final class Bytes extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof ByteBuf bytes) {
                try {
                    // Vert.x' buffers are not released: a copy on the heap, as Vert.x itself makes.
                    byte[] copy = new byte[bytes.readableBytes()];
                    bytes.readBytes(copy);
                    reader.accept(Buffer.buffer(io.netty.buffer.Unpooled.wrappedBuffer(copy)));
                } finally {
                    bytes.release();
                }
            } else {
                context.fireChannelRead(message);
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            if (context.channel().isWritable()) {
                drained.run();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            closed.run();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
