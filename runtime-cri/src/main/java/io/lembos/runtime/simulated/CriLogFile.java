package io.lembos.runtime.simulated;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * A container's log in CRI's format: time, stream, tag (F for a full line), text.
 *
 * <p>Opened anew for each line, so that a renamed file is left alone.
 */
record CriLogFile(Path path) {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'").withZone(ZoneOffset.UTC);

    void create() {
        append("");
    }

    void writeLine(Instant time, LogStream stream, String line) {
        append(TIME.format(time) + " " + stream.word() + " F " + line + "\n");
    }

    private void append(String text) {
        try {
            Files.createDirectories(path.getParent());
            Files.writeString(path, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write container log " + path, e);
        }
    }
}
