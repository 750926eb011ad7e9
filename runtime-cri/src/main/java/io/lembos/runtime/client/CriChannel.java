package io.lembos.runtime.client;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.lembos.runtime.ContainerRuntimeException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One HTTP/2 connection to a Unix socket, opened on first use and again whenever it is lost.
 *
 * <p>A call while the socket is away fails at once with UNAVAILABLE. gRPC's own way back is a timer that grows to
 * minutes; here a call that finds the last attempt failed starts afresh instead, so that the first one after the
 * socket's return succeeds. One event-loop thread; the current channel and whether a call on it has
 * failed are guarded by this object's monitor.
 */
final class CriChannel implements AutoCloseable {

    private static final int MESSAGE_BYTES_MAX = 64 << 20;

    private final UnixSocketPath socket;
    private final EventLoopGroup loop = new NioEventLoopGroup(
            1, Thread.ofPlatform().daemon().name("cri-client").factory());
    private ManagedChannel channel;
    private boolean failed;

    CriChannel(UnixSocketPath socket) {
        this.socket = socket;
        this.channel = newChannel();
    }

    private ManagedChannel newChannel() {
        return NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket.path()))
                .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
                .eventLoopGroup(loop)
                .overrideAuthority("localhost")
                .usePlaintext()
                .disableRetry()
                .maxInboundMessageSize(MESSAGE_BYTES_MAX)
                .build();
    }

    /** A channel that is connected or tries at once. */
    synchronized ManagedChannel awake() {
        ConnectivityState state = channel.getState(false);
        // A caller may know that its call failed before the channel's state says so.
        boolean lost = failed && state != ConnectivityState.READY;
        if (lost || state == ConnectivityState.TRANSIENT_FAILURE) {
            channel.shutdownNow();
            channel = newChannel();
        }
        failed = false;
        return channel;
    }

    private synchronized void noteFailure() {
        failed = true;
    }

    /** Runs one call and turns gRPC's exception into ours. */
    <T> T call(Supplier<T> step) {
        try {
            return step.get();
        } catch (StatusRuntimeException e) {
            throw failure(e);
        }
    }

    ContainerRuntimeException failure(Throwable cause) {
        Status status = Status.fromThrowable(cause);
        if (status.getCode() == Status.Code.UNAVAILABLE) {
            noteFailure();
        }
        String words = status.getDescription() == null ? status.getCode().name() : status.getDescription();
        String message = status.getCode() == Status.Code.UNAVAILABLE
                ? "container runtime at " + socket + " does not answer: " + rootWords(status, words)
                : words;
        return new ContainerRuntimeException(status.getCode(), message, cause);
    }

    /** Netty's words say what happened, gRPC's only that something did. */
    private static String rootWords(Status status, String otherwise) {
        String words = otherwise;
        for (Throwable cause = status.getCause(); cause != null; cause = cause.getCause()) {
            words = cause.getMessage() == null ? words : cause.getMessage();
        }
        return words;
    }

    UnixSocketPath socket() {
        return socket;
    }

    static long millis(Duration duration) {
        return Math.max(1, duration.toMillis());
    }

    @Override
    public synchronized void close() {
        channel.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
