package io.lembos.runtime.oci;

import io.lembos.runtime.streaming.server.TerminalSize;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a conmon takes commands, a line each; one that has ended hears nothing.
 *
 * <p>conmon (2.1.6) takes only the first line of what it reads at once, as often as there are lines. So each line is filled up
 * to as much as it reads, and sizes go where it would pass them on to, in short lines, from {@code ctl}.
 *
 * @param folder where conmon has its pipes
 */
record ControlPipe(Path folder) {
    private static final int READ_BYTES = 199;
    private static final int REOPEN_LOG = 2;

    static ControlPipe in(Path folder) {
        return new ControlPipe(folder);
    }

    void resize(TerminalSize size) {
        write("winsz", size.rows() + " " + size.columns());
    }

    void reopenLog() {
        write("ctl", REOPEN_LOG + " 0 0");
    }

    private void write(String pipe, String command) {
        Path file = folder.resolve(pipe);
        if (!Files.exists(file)) {
            return;
        }
        String line = command + " ".repeat(READ_BYTES - 1 - command.length()) + "\n";
        // To open for reading as well never waits, whether or not conmon lives.
        try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.write(line.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
