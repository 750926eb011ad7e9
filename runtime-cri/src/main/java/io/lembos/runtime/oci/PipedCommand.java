package io.lembos.runtime.oci;

import io.lembos.runtime.streaming.server.CallerStreams;
import io.lembos.runtime.streaming.server.StreamedProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A command in a container without a terminal: {@code runc exec} with three pipes. A caller who goes ends it by SIGTERM. */
record PipedCommand(Commands commands, String container, List<String> command) implements StreamedProcess {
    private static final int PIECE_BYTES = 16 * 1024;

    @Override
    public int run(CallerStreams caller) throws IOException {
        try (Commands.Started started = commands.start(container, command)) {
            Process process = started.process();
            caller.onHangUp(process::destroy);
            pump(caller.stdin(), process.getOutputStream(), true);
            CompletableFuture<Void> output = pump(process.getInputStream(), caller.stdout(), false);
            CompletableFuture<Void> errors = pump(process.getErrorStream(), caller.stderr(), false);
            output.join();
            errors.join();
            return started.exitCode();
        }
    }

    /** Goes on reading when nobody takes it any more, so that the process is not held up by that. */
    private static CompletableFuture<Void> pump(InputStream from, OutputStream to, boolean close) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("exec-pipe").start(() -> {
            byte[] piece = new byte[PIECE_BYTES];
            boolean wanted = true;
            try {
                for (int length = from.read(piece); length >= 0; length = from.read(piece)) {
                    wanted = wanted && write(to, piece, length);
                }
            } catch (IOException e) {
                // The process has ended.
            }
            if (close) {
                close(to);
            }
            done.complete(null);
        });
        return done;
    }

    private static boolean write(OutputStream to, byte[] piece, int length) {
        try {
            to.write(piece, 0, length);
            to.flush();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void close(OutputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            // It had unsent bytes that nobody took.
        }
    }
}
