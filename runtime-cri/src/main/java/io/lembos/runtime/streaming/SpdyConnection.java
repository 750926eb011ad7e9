package io.lembos.runtime.streaming;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyGoAwayFrame;
import io.netty.handler.codec.spdy.SpdyHeadersFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SPDY/3.1 as Kubernetes uses it: streams with headers that carry bytes both ways, pings, and no flow control of its own
 * (the Go library on the other side sends no window updates), so that a slow reader holds up the whole connection.
 *
 * <p>All state belongs to the channel's event loop. Bounded: at most {@value #STREAMS_MAX} streams at a time.
 */
public final class SpdyConnection {
    private static final Logger LOG = LoggerFactory.getLogger(SpdyConnection.class);
    private static final int STREAMS_MAX = 1_000;
    private static final int HEADER_BYTES_MAX = 16_384;
    private static final int FRAME_BYTES_MAX = 32_768;

    private final Channel channel;
    private final Consumer<SpdyStream> accept;
    private final Map<Integer, SpdyStream> streams = new HashMap<>();
    private final AtomicInteger nextId;
    private Runnable drained = () -> {};
    private Runnable closed = () -> {};

    private SpdyConnection(Channel channel, boolean server, Consumer<SpdyStream> accept) {
        this.channel = channel;
        this.accept = accept;
        this.nextId = new AtomicInteger(server ? 2 : 1);
    }

    /**
     * Speaks SPDY on a channel from now on; to be called on its event loop.
     *
     * @param server which side of it we are
     * @param accept gets the streams that the other side opens
     */
    public static SpdyConnection on(Channel channel, boolean server, Consumer<SpdyStream> accept) {
        SpdyConnection connection = new SpdyConnection(channel, server, accept);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(new SpdyFrameCodec(SpdyVersion.SPDY_3_1, FRAME_BYTES_MAX, HEADER_BYTES_MAX, 6, 15, 8, false));
        pipeline.addLast(connection.new Frames());
        return connection;
    }

    /** Told when a full connection takes more again; called on the event loop. */
    public void onDrain(Runnable action) {
        drained = action;
    }

    /** Told once when the connection is gone. */
    public void onClose(Runnable action) {
        closed = action;
    }

    /** Opens a stream; the first one gets the first number, and the other side sees them in this order. */
    public SpdyStream open(Map<String, String> headers) {
        int id = nextId.getAndAdd(2);
        SpdyStream stream = new SpdyStream(this, id, headers);
        run(() -> {
            streams.put(id, stream);
            DefaultSpdySynStreamFrame frame = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
            headers.forEach((name, value) -> frame.headers().set(name.toLowerCase(Locale.ROOT), value));
            channel.writeAndFlush(frame);
        });
        return stream;
    }

    /** Whether so much waits to be sent that one had better wait. */
    public boolean isFull() {
        return !channel.isWritable();
    }

    /** Stops and goes on to read; any thread. */
    public void read(boolean on) {
        channel.config().setAutoRead(on);
    }

    /** Sends what is written and closes; any thread. */
    public void close() {
        run(() -> channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE));
    }

    void write(int id, ByteBuf bytes, boolean last) {
        run(() -> {
            DefaultSpdyDataFrame frame = new DefaultSpdyDataFrame(id, bytes);
            frame.setLast(last);
            channel.writeAndFlush(frame);
            if (last) {
                forgetIf(id, SpdyStream::finished);
            }
        });
    }

    void reset(int id) {
        run(() -> {
            channel.writeAndFlush(new DefaultSpdyRstStreamFrame(id, SpdyStreamStatus.CANCEL));
            broken(id);
        });
    }

    /** At once on the event loop, otherwise queued there: never overtaking what was queued before. */
    private void run(Runnable action) {
        if (channel.eventLoop().inEventLoop()) {
            action.run();
        } else {
            channel.eventLoop().execute(action);
        }
    }

    private void broken(int id) {
        SpdyStream stream = streams.remove(id);
        if (stream != null) {
            stream.end();
        }
    }

    /** A stream is forgotten when both sides have said that they send no more. */
    private void forgetIf(int id, Predicate<SpdyStream> bothDone) {
        SpdyStream stream = streams.get(id);
        if (stream != null && bothDone.test(stream)) {
            streams.remove(id);
        }
    }

    private final class Frames extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            try {
                switch (message) {
                    case SpdySynStreamFrame frame -> opened(frame);
                    case SpdySynReplyFrame frame -> ended(frame.streamId(), frame.isLast());
                    case SpdyDataFrame frame -> data(frame);
                    case SpdyRstStreamFrame frame -> broken(frame.streamId());
                    case SpdyHeadersFrame frame -> ended(frame.streamId(), frame.isLast());
                    case SpdyPingFrame ping -> context.writeAndFlush(ReferenceCountUtil.retain(ping));
                    case SpdyGoAwayFrame goAway -> LOG.debug("The other side opens no more streams");
                    default -> {} // Settings and windows say nothing that we would do otherwise.
                }
            } finally {
                ReferenceCountUtil.release(message);
            }
        }

        private void opened(SpdySynStreamFrame frame) {
            if (streams.size() >= STREAMS_MAX) {
                channel.writeAndFlush(new DefaultSpdyRstStreamFrame(frame.streamId(), SpdyStreamStatus.REFUSED_STREAM));
                return;
            }
            Map<String, String> headers = new HashMap<>();
            for (Map.Entry<CharSequence, CharSequence> header : frame.headers()) {
                headers.putIfAbsent(
                        header.getKey().toString().toLowerCase(Locale.ROOT),
                        header.getValue().toString());
            }
            SpdyStream stream = new SpdyStream(SpdyConnection.this, frame.streamId(), Map.copyOf(headers));
            streams.put(frame.streamId(), stream);
            DefaultSpdySynReplyFrame reply = new DefaultSpdySynReplyFrame(frame.streamId());
            // The Go library waits for ever for the end of a block of no headers, as it is written here.
            reply.headers().set(":status", "200");
            channel.writeAndFlush(reply);
            accept.accept(stream);
            ended(frame.streamId(), frame.isLast());
        }

        private void data(SpdyDataFrame frame) {
            SpdyStream stream = streams.get(frame.streamId());
            if (stream != null) {
                stream.received(frame.content());
                ended(frame.streamId(), frame.isLast());
            }
        }

        private void ended(int id, boolean last) {
            SpdyStream stream = streams.get(id);
            if (last && stream != null) {
                stream.end();
                forgetIf(id, SpdyStream::isFinished);
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
            List.copyOf(streams.values()).forEach(SpdyStream::end);
            streams.clear();
            closed.run();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            LOG.debug("SPDY connection broken", cause);
            context.close();
        }
    }
}
