package io.lembos.runtime.oci;

import io.lembos.runtime.streaming.server.TerminalSize;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a conmon takes commands, a line each; one that has ended hears nothing. */
record ControlPipe(Path file) {
    private static final int RESIZE = 1;
    private static final int REOPEN_LOG = 2;

    static ControlPipe in(Path folder) {
        return new ControlPipe(folder.resolve("ctl"));
    }

    void resize(TerminalSize size) {
        write(RESIZE + " " + size.rows() + " " + size.columns() + "\n");
    }

    void reopenLog() {
        write(REOPEN_LOG + " 0 0\n");
    }

    private void write(String line) {
        if (!Files.exists(file)) {
            return;
        }
        // To open for reading as well never waits, whether or not conmon lives.
        try (RandomAccessFile pipe = new RandomAccessFile(file.toFile(), "rw")) {
            pipe.write(line.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
