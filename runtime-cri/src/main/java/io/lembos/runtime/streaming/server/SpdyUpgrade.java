package io.lembos.runtime.streaming.server;

import io.lembos.runtime.streaming.StreamingClient;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The one HTTP request of a connection: finds what its token stands for and goes over to SPDY/3.1. */
final class SpdyUpgrade extends SimpleChannelInboundHandler<FullHttpRequest> {
    /** As Kubernetes' servers have it. */
    private static final int IDLE_HOURS_MAX = 4;

    private final StreamRequests requests;

    SpdyUpgrade(StreamRequests requests) {
        this.requests = requests;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest http) {
        String path = http.uri().split("\\?", 2)[0];
        if (!http.headers().contains(HttpHeaderNames.CONNECTION, "upgrade", true)
                || !http.headers().contains(HttpHeaderNames.UPGRADE, "SPDY/3.1", true)) {
            refuse(context, HttpResponseStatus.BAD_REQUEST, "unable to upgrade: missing upgrade headers in request");
            return;
        }
        StreamRequest request = requests.take(path.substring(path.lastIndexOf('/') + 1))
                .filter(found -> path.startsWith("/" + found.path() + "/"))
                .orElse(null);
        if (request == null) {
            refuse(context, HttpResponseStatus.NOT_FOUND, "404: Page Not Found");
            return;
        }
        List<String> asked = http.headers().getAll(StreamingClient.PROTOCOL_HEADER).stream()
                .flatMap(line -> Arrays.stream(line.split(",")))
                .map(String::strip)
                .toList();
        Optional<String> agreed = asked.isEmpty()
                ? Optional.of("")
                : asked.stream().filter(request.protocols()::contains).findFirst();
        if (agreed.isEmpty()) {
            refuse(
                    context,
                    HttpResponseStatus.FORBIDDEN,
                    "unable to upgrade: unable to negotiate protocol: client supports " + asked + ", server accepts "
                            + request.protocols());
            return;
        }
        upgrade(context, request, agreed.get());
    }

    private static void upgrade(ChannelHandlerContext context, StreamRequest request, String protocol) {
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
        response.headers().set(HttpHeaderNames.CONNECTION, "Upgrade").set(HttpHeaderNames.UPGRADE, "SPDY/3.1");
        if (!protocol.isEmpty()) {
            response.headers().set(StreamingClient.PROTOCOL_HEADER, protocol);
        }
        Channel channel = context.channel();
        context.writeAndFlush(response);
        channel.pipeline().addLast(new IdleStateHandler(0, 0, IDLE_HOURS_MAX, TimeUnit.HOURS));
        switch (request) {
            case StreamRequest.OfProcess process ->
                new ProcessConnection(channel, protocol, process.verb(), process.wanted(), process.process());
            case StreamRequest.OfPorts ports -> new PortConnection(channel, ports.pod(), ports.dialer());
        }
        channel.pipeline().addLast(new EndOfIdleness());
        channel.pipeline().remove(HttpObjectAggregator.class);
        channel.pipeline().remove(HttpServerCodec.class);
        channel.pipeline().remove(SpdyUpgrade.class);
    }

    private static void refuse(ChannelHandlerContext context, HttpResponseStatus code, String message) {
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, code, Unpooled.copiedBuffer(message + "\n", StandardCharsets.UTF_8));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, "close");
        context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private static final class EndOfIdleness extends io.netty.channel.ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof IdleStateEvent) {
                context.close();
            }
        }
    }
}
