package io.lembos.runtime.oci;

import io.lembos.runtime.cri.v1.AttachRequest;
import io.lembos.runtime.cri.v1.ExecRequest;
import io.lembos.runtime.process.LinuxCalls;
import io.lembos.runtime.streaming.server.StreamedProcess;
import io.lembos.runtime.streaming.server.StreamingServer;
import io.lembos.runtime.streaming.server.WantedStreams;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;

/** exec, attach and port-forward of running containers, through the streaming server. */
record Streams(OciSettings settings, Commands commands, Arrivals arrivals, LinuxCalls linux, StreamingServer server) {
    private static final int DIAL_MILLIS_MAX = 10_000;

    String exec(ExecRequest request, StateFolder container) {
        WantedStreams wanted =
                new WantedStreams(request.getStdin(), request.getStdout(), request.getStderr(), request.getTty());
        List<String> command = request.getCmdList();
        StreamedProcess process = request.getTty()
                ? new TerminalCommand(settings, arrivals, linux, container, command)
                : new PipedCommand(commands, container.id(), command);
        return server.exec(wanted, process);
    }

    String attach(AttachRequest request, StateFolder container) {
        WantedStreams wanted =
                new WantedStreams(request.getStdin(), request.getStdout(), request.getStderr(), request.getTty());
        return server.attach(wanted, new Attachment(linux, container.path()));
    }

    String portForward(String pod, MainProcess pause) {
        return server.portForward(pod, port -> {
            if (!pause.lives()) {
                throw new IOException("sandbox container is not running");
            }
            linux.enterNetwork(Path.of("/proc/" + pause.pid() + "/ns/net"));
            return dial(port);
        });
    }

    private static SocketChannel dial(int port) throws IOException {
        try {
            return dial(StandardProtocolFamily.INET, "127.0.0.1", port);
        } catch (ConnectException refused) {
            try {
                return dial(StandardProtocolFamily.INET6, "::1", port);
            } catch (IOException | UnsupportedOperationException e) {
                throw new IOException(
                        "failed to connect to localhost:" + port + " inside the pod: " + refused.getMessage(), refused);
            }
        }
    }

    private static SocketChannel dial(StandardProtocolFamily family, String address, int port) throws IOException {
        SocketChannel channel = SocketChannel.open(family);
        try {
            channel.socket().connect(new InetSocketAddress(InetAddress.getByName(address), port), DIAL_MILLIS_MAX);
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }
}
