package io.lembos.runtime.server;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ImageService;
import io.lembos.runtime.client.UnixSocketPath;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Serves a runtime and its images to other processes: {@code crictl}, a foreign kubelet, our own command line. The socket is
 * its owner's alone; what an earlier server has left of it is replaced. Each call has a virtual thread.
 */
public final class CriServer implements AutoCloseable {
    private static final int MESSAGE_BYTES_MAX = 16 << 20;
    private static final int FAREWELL_SECONDS = 2;

    private final Path socket;
    private final EventLoopGroup loop = new NioEventLoopGroup(
            1, Thread.ofPlatform().daemon().name("cri-server").factory());
    private final Server server;

    private CriServer(Path socket, ContainerRuntime runtime, ImageService images, List<BindableService> more) {
        this.socket = socket;
        server = NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
                .channelType(NioServerDomainSocketChannel.class)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .addService(new RuntimeCalls(runtime))
                .addService(new ImageCalls(images))
                .addServices(more.stream().map(BindableService::bindService).toList())
                .build();
    }

    /**
     * @param socket in a folder that others cannot enter
     * @param more services on the same socket
     */
    public static CriServer open(
            UnixSocketPath socket, ContainerRuntime runtime, ImageService images, BindableService... more)
            throws IOException {
        Files.deleteIfExists(socket.path());
        CriServer server = new CriServer(socket.path(), runtime, images, List.of(more));
        try {
            server.server.start();
            Files.setPosixFilePermissions(socket.path(), PosixFilePermissions.fromString("rw-------"));
            return server;
        } catch (IOException e) {
            server.loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw e;
        }
    }

    /** Ends the calls that are under way; the runtime goes on. */
    @Override
    public void close() {
        try {
            server.shutdownNow().awaitTermination(FAREWELL_SECONDS, TimeUnit.SECONDS);
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(FAREWELL_SECONDS, TimeUnit.SECONDS);
            Files.deleteIfExists(socket);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
