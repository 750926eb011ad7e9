package io.lembos.runtime.oci;

import io.lembos.runtime.process.LinuxCalls;
import io.lembos.runtime.streaming.server.CallerStreams;
import io.lembos.runtime.streaming.server.StreamedProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * A caller joined with a process through its conmon: packets on its socket {@code attach}, outputs marked by their first byte,
 * and lines in its pipe {@code ctl}. A caller who does not read holds up the process, and its log.
 *
 * @param folder where conmon has both
 */
record Attachment(LinuxCalls linux, Path folder) implements StreamedProcess {
    /** What conmon reads and writes at once. */
    private static final int INPUT_BYTES_MAX = 8192;

    private static final int OUTPUT_BYTES_MAX = 64 * 1024;
    private static final int STDERR = 3;

    @Override
    public int run(CallerStreams caller) throws IOException {
        return run(caller, () -> {});
    }

    interface Step {
        void run() throws IOException;
    }

    /** @param joined done when outputs can no longer be missed */
    int run(CallerStreams caller, Step joined) throws IOException {
        try (LinuxCalls.PacketSocket socket = linux.connect(folder.resolve("attach"))) {
            caller.onHangUp(socket::close);
            joined.run();
            caller.onResize(size -> ControlPipe.in(folder).resize(size));
            Thread.ofPlatform().daemon().name("attach-input").start(() -> input(caller, socket));
            output(caller, socket);
        }
        return 0;
    }

    private static void input(CallerStreams caller, LinuxCalls.PacketSocket socket) {
        byte[] packet = new byte[INPUT_BYTES_MAX];
        try {
            for (int length = caller.stdin().read(packet);
                    length >= 0;
                    length = caller.stdin().read(packet)) {
                socket.send(packet, length);
            }
            socket.finish();
        } catch (IOException e) {
            // The process has ended, or the caller has gone: who reads the outputs sees that.
        }
    }

    private static void output(CallerStreams caller, LinuxCalls.PacketSocket socket) throws IOException {
        byte[] packet = new byte[OUTPUT_BYTES_MAX];
        for (int length = socket.receive(packet); length >= 0; length = socket.receive(packet)) {
            OutputStream to = packet[0] == STDERR ? caller.stderr() : caller.stdout();
            to.write(packet, 1, length - 1);
        }
    }
}
