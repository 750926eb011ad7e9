package io.lembos.runtime.streaming.server;

import io.lembos.runtime.time.RuntimeClock;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Serves the URLs that CRI's exec, attach and portForward answer with, on the loopback interface. Each URL holds a secret that
 * is good once. Two event loops carry all bytes; processes are run on threads of their own.
 */
public final class StreamingServer implements AutoCloseable {
    private static final int REQUEST_BYTES_MAX = 8192;

    private final StreamRequests requests;
    private final NioEventLoopGroup loops = new NioEventLoopGroup(2, new DefaultThreadFactory("streaming", true));
    private final Channel listener;

    public StreamingServer(RuntimeClock clock) throws IOException {
        requests = new StreamRequests(clock);
        var bound = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(REQUEST_BYTES_MAX),
                                        new SpdyUpgrade(requests));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new IOException("cannot listen for streams", bound.cause());
        }
        listener = bound.channel();
    }

    /** @return URL where a caller's streams are joined with the new process */
    public String exec(WantedStreams wanted, StreamedProcess process) {
        return url(new StreamRequest.OfProcess("exec", "executing command in container", wanted, process));
    }

    /** @return URL where a caller's streams are joined with the process that runs */
    public String attach(WantedStreams wanted, StreamedProcess process) {
        return url(new StreamRequest.OfProcess("attach", "attaching to container", wanted, process));
    }

    /** @return URL where a caller reaches ports of the pod */
    public String portForward(String pod, PortDialer dialer) {
        return url(new StreamRequest.OfPorts(pod, dialer));
    }

    private String url(StreamRequest request) {
        InetSocketAddress address = (InetSocketAddress) listener.localAddress();
        return "http://" + address.getAddress().getHostAddress() + ":" + address.getPort() + "/" + request.path() + "/"
                + requests.add(request);
    }

    /** Ends all connections. */
    @Override
    public void close() {
        listener.close().awaitUninterruptibly();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
