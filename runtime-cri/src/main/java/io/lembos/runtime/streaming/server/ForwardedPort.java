package io.lembos.runtime.streaming.server;

import io.lembos.runtime.streaming.SpdyStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * One connection to a port, joined with a pair of streams. Each direction ends by itself; who is slower holds up the other.
 * Lives on the event loop of the caller's connection.
 */
final class ForwardedPort extends ChannelInboundHandlerAdapter {
    private static final int EARLY_BYTES_MAX = 64 * 1024;
    /** How long a target that says nothing more may still be told something. */
    private static final int FAREWELL_SECONDS = 1;

    private final PortConnection owner;
    private final ByteArrayOutputStream early = new ByteArrayOutputStream();
    private SpdyStream data;
    private SpdyStream error;
    private NioSocketChannel target;
    private boolean callerDone;
    private boolean allSent;
    private boolean targetDone;
    private boolean closed;

    ForwardedPort(PortConnection owner) {
        this.owner = owner;
    }

    /** @return whether it was one of ours */
    boolean take(SpdyStream stream) {
        String type = stream.header("streamType");
        if (type.equals("data") && data == null) {
            data = stream.onBytes(this::toTarget).onEnd(this::callerEnded);
            return true;
        }
        if (type.equals("error") && error == null) {
            error = stream;
            return true;
        }
        return false;
    }

    boolean isWhole() {
        return data != null && error != null;
    }

    void join(EventLoop loop, SocketChannel connected) {
        if (closed) {
            discard(connected);
            return;
        }
        NioSocketChannel channel = new NioSocketChannel(connected);
        channel.config().setAllowHalfClosure(true).setTcpNoDelay(true);
        channel.pipeline().addLast(this);
        loop.register(channel).addListener(registered -> {
            if (closed) {
                channel.close();
                return;
            }
            target = channel;
            target.write(Unpooled.wrappedBuffer(early.toByteArray()));
            target.flush();
            owner.hold(this, !target.isWritable());
            if (callerDone) {
                finishTarget();
            }
        });
    }

    private static void discard(SocketChannel connected) {
        try {
            connected.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void refuse(String message) {
        error.write(Unpooled.copiedBuffer(message, StandardCharsets.UTF_8));
        close();
    }

    private void toTarget(ByteBuf bytes) {
        if (closed) {
            return;
        }
        if (target == null) {
            early.writeBytes(io.netty.buffer.ByteBufUtil.getBytes(bytes));
            owner.hold(this, early.size() > EARLY_BYTES_MAX);
            return;
        }
        target.writeAndFlush(bytes.retainedSlice());
        if (!target.isWritable()) {
            owner.hold(this, true);
        }
    }

    private void callerEnded() {
        callerDone = true;
        if (target != null) {
            finishTarget();
        }
    }

    private void finishTarget() {
        target.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(sent -> {
            target.shutdownOutput();
            allSent = true;
            closeIfDone();
        });
    }

    void read(boolean on) {
        if (target != null) {
            target.config().setAutoRead(on);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        data.write((ByteBuf) message);
        if (owner.isFull()) {
            read(false);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        owner.hold(this, !context.channel().isWritable());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            targetDone = true;
            data.finish();
            closeIfDone();
            // The caller ends when both streams have, and may have nothing more to say before that.
            context.executor().schedule(this::close, FAREWELL_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void closeIfDone() {
        if (allSent && targetDone) {
            close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        close();
    }

    /** Ends all of it; may be called again. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        owner.closed(this);
        if (data != null && !targetDone) {
            data.finish();
        }
        if (error != null) {
            error.finish();
        }
        if (target != null) {
            target.close();
        }
    }
}
