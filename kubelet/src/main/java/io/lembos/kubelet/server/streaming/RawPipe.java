package io.lembos.kubelet.server.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes between the runtime's connection and a caller's, both ways, without a look at them. Whoever is faster is held up.
 *
 * <p>Both connections live on one event loop, which owns this.
 */
final class RawPipe extends ChannelInboundHandlerAdapter {
    private final Channel runtime;
    private final List<ByteBuf> early = new ArrayList<>();
    private WriteStream<Buffer> to;
    private ReadStream<Buffer> from;

    /** Nothing is read from the runtime until somebody joins. */
    RawPipe(Channel runtime) {
        this.runtime = runtime;
        runtime.config().setAutoRead(false);
        runtime.pipeline().addLast(this);
    }

    /** Joins the caller, whose bytes may be waiting, paused. */
    void join(ReadStream<Buffer> in, WriteStream<Buffer> out) {
        to = out;
        from = in;
        early.forEach(this::toCaller);
        early.clear();
        in.handler(this::fromCaller);
        in.endHandler(end -> close());
        in.exceptionHandler(failure -> close());
        if (!runtime.isActive()) {
            out.end();
            return;
        }
        runtime.config().setAutoRead(true);
        in.resume();
    }

    private void fromCaller(Buffer bytes) {
        runtime.writeAndFlush(bytes.getByteBuf());
        if (!runtime.isWritable()) {
            from.pause();
        }
    }

    /** Sends what is written and closes the runtime's side. */
    void close() {
        runtime.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }

    private void toCaller(ByteBuf bytes) {
        byte[] copy = new byte[bytes.readableBytes()];
        bytes.readBytes(copy);
        bytes.release();
        to.write(Buffer.buffer(Unpooled.wrappedBuffer(copy)));
        if (to.writeQueueFull()) {
            runtime.config().setAutoRead(false);
            to.drainHandler(room -> runtime.config().setAutoRead(true));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof ByteBuf bytes) {
            if (to == null) {
                early.add(bytes);
            } else {
                toCaller(bytes);
            }
        } else {
            ReferenceCountUtil.release(message); // The end of the HTTP answer.
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (from != null && runtime.isWritable()) {
            from.resume();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        early.forEach(ByteBuf::release);
        early.clear();
        if (to != null) {
            to.end();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
