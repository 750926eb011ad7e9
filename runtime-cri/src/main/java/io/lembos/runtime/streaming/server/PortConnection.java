package io.lembos.runtime.streaming.server;

import io.lembos.runtime.streaming.SpdyConnection;
import io.lembos.runtime.streaming.SpdyStream;
import io.netty.channel.Channel;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A caller of port-forward. Each connection that the caller accepts is a pair of streams, data and error, with one request id;
 * each pair is joined with a connection of its own to the port. All state belongs to the event loop.
 */
final class PortConnection {
    private static final int PAIR_WAIT_SECONDS = 30;
    private static final int PORT_MAX = 65_535;

    private final Channel channel;
    private final String pod;
    private final PortDialer dialer;
    private final SpdyConnection connection;
    private final Map<String, ForwardedPort> halves = new HashMap<>();
    private final Set<ForwardedPort> open = new HashSet<>();
    /** Those whose target cannot take more: while there is one, the caller is not read. */
    private final Set<ForwardedPort> full = new HashSet<>();

    PortConnection(Channel channel, String pod, PortDialer dialer) {
        this.channel = channel;
        this.pod = pod;
        this.dialer = dialer;
        connection = SpdyConnection.on(channel, true, this::accept);
        connection.onDrain(() -> open.forEach(port -> port.read(true)));
        connection.onClose(() -> Set.copyOf(open).forEach(ForwardedPort::close));
    }

    private void accept(SpdyStream stream) {
        String id = stream.header("requestID");
        ForwardedPort port = halves.computeIfAbsent(id, this::begin);
        if (!port.take(stream)) {
            stream.reset();
        } else if (port.isWhole()) {
            halves.remove(id);
            dial(port, stream.header("port"));
        }
    }

    private ForwardedPort begin(String id) {
        ForwardedPort port = new ForwardedPort(this);
        open.add(port);
        channel.eventLoop()
                .schedule(
                        () -> {
                            if (halves.remove(id, port)) {
                                port.close();
                            }
                        },
                        PAIR_WAIT_SECONDS,
                        TimeUnit.SECONDS);
        return port;
    }

    private void dial(ForwardedPort port, String number) {
        Thread.ofPlatform().daemon().name("port-dial").start(() -> {
            try {
                SocketChannel target = dialer.dial(number(number));
                channel.eventLoop().execute(() -> port.join(channel.eventLoop(), target));
            } catch (IOException | RuntimeException e) {
                String message = "error forwarding port " + number + " to pod " + pod + ", uid : " + e.getMessage();
                channel.eventLoop().execute(() -> port.refuse(message));
            }
        });
    }

    private static int number(String text) throws IOException {
        try {
            int number = Integer.parseInt(text);
            if (number >= 1 && number <= PORT_MAX) {
                return number;
            }
        } catch (NumberFormatException e) {
            // As one that is out of range.
        }
        throw new IOException("\"" + text + "\" is not a valid port");
    }

    boolean isFull() {
        return connection.isFull();
    }

    /** Whether a port takes no more for now. */
    void hold(ForwardedPort port, boolean on) {
        // One that is closed may still hear that its target takes nothing; the others must not wait for it.
        boolean changed = on ? open.contains(port) && full.add(port) : full.remove(port);
        if (changed) {
            connection.read(full.isEmpty());
        }
    }

    void closed(ForwardedPort port) {
        open.remove(port);
        hold(port, false);
    }
}
