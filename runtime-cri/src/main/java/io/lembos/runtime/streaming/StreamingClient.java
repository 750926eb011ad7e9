package io.lembos.runtime.streaming;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * Connects to the streaming server of a container runtime, at the URL that the runtime answered with, and has it speak
 * SPDY/3.1. The URL holds a token that is good for one connection, so nothing is tried twice.
 */
public final class StreamingClient {
    /** Names what is spoken within the streams, for example {@code v4.channel.k8s.io}. */
    public static final String PROTOCOL_HEADER = "X-Stream-Protocol-Version";

    private static final int CONNECT_MILLIS_MAX = 10_000;
    private static final int REFUSAL_BYTES_MAX = 64 * 1024;

    private StreamingClient() {}

    /**
     * @param eventLoop which owns the connection: that of whoever it is joined to, so that neither waits for the other
     * @param protocols what we speak within the streams, best first
     * @param agreed gets the connection and the protocol that the server has chosen, on the connection's event loop and
     *     before anything that the server sends; it puts its handlers into the pipeline
     * @return done when {@code agreed} has been called; fails with {@link StreamRefusedException} or another IOException
     */
    public static CompletableFuture<Void> open(
            EventLoop eventLoop, URI url, List<String> protocols, BiConsumer<Channel, String> agreed) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Bootstrap bootstrap = new Bootstrap()
                .group(eventLoop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS_MAX)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new HttpClientCodec(), new Upgrade(agreed, done));
                    }
                });
        bootstrap.connect(url.getHost(), url.getPort()).addListener((io.netty.channel.ChannelFuture connected) -> {
            if (connected.isSuccess()) {
                connected.channel().writeAndFlush(request(url, protocols));
            } else {
                done.completeExceptionally(
                        new IOException("the runtime's streaming server cannot be reached", connected.cause()));
            }
        });
        return done;
    }

    private static DefaultFullHttpRequest request(URI url, List<String> protocols) {
        String path = url.getRawQuery() == null ? url.getRawPath() : url.getRawPath() + "?" + url.getRawQuery();
        DefaultFullHttpRequest request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, path, Unpooled.EMPTY_BUFFER);
        request.headers()
                .set(HttpHeaderNames.HOST, url.getHost() + ":" + url.getPort())
                .set(HttpHeaderNames.CONNECTION, "Upgrade")
                .set(HttpHeaderNames.UPGRADE, "SPDY/3.1")
                .set(HttpHeaderNames.CONTENT_LENGTH, 0)
                .set(PROTOCOL_HEADER, protocols);
        return request;
    }

    /** Waits for the answer and leaves the pipeline to others. */
    private static final class Upgrade extends SimpleChannelInboundHandler<HttpObject> {
        private final BiConsumer<Channel, String> agreed;
        private final CompletableFuture<Void> done;
        private final ByteArrayOutputStream refusal = new ByteArrayOutputStream();
        private int code;

        Upgrade(BiConsumer<Channel, String> agreed, CompletableFuture<Void> done) {
            this.agreed = agreed;
            this.done = done;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
            if (part instanceof HttpResponse response) {
                code = response.status().code();
                if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
                    String protocol = response.headers().get(PROTOCOL_HEADER, "");
                    // First the way out has to be free; what it has read too much comes after us in any case.
                    context.pipeline().remove(HttpClientCodec.class);
                    agreed.accept(context.channel(), protocol);
                    context.pipeline().remove(this);
                    done.complete(null);
                    return;
                }
            }
            if (part instanceof HttpContent content && refusal.size() < REFUSAL_BYTES_MAX) {
                refusal.writeBytes(io.netty.buffer.ByteBufUtil.getBytes(content.content()));
            }
            if (part instanceof LastHttpContent) {
                done.completeExceptionally(new StreamRefusedException(
                        code, refusal.toString(StandardCharsets.UTF_8).strip()));
                context.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            done.completeExceptionally(new IOException("the runtime's streaming server closed the connection"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            done.completeExceptionally(new IOException(cause.getMessage(), cause));
            context.close();
        }
    }
}
