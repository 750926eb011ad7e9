package io.lembos.kubelet.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;

/**
 * One line of a container log as CRI runtimes write it: {@code TIME STREAM TAG CONTENT}. A tag of {@code P} means that the
 * line goes on in the next record. A view of somebody's bytes, which are not copied.
 *
 * @param timeEnd where its time ends, which begins at {@code from}
 * @param contentFrom where the content begins
 * @param to where the line ends, its line end left out
 */
record CriLogLine(byte[] bytes, int from, int timeEnd, boolean partial, int contentFrom, int to) {

    /** @return null for a record that is not in this form */
    static CriLogLine parse(byte[] bytes, int from, int to) {
        int timeEnd = space(bytes, from, to);
        int streamEnd = timeEnd < 0 ? -1 : space(bytes, timeEnd + 1, to);
        int tagEnd = streamEnd < 0 ? -1 : space(bytes, streamEnd + 1, to);
        return tagEnd < 0 ? null : new CriLogLine(bytes, from, timeEnd, bytes[streamEnd + 1] == 'P', tagEnd + 1, to);
    }

    /** As it was written. */
    String time() {
        return new String(bytes, from, timeEnd - from, StandardCharsets.US_ASCII);
    }

    /** The content, with a line end unless it goes on. */
    void writeTo(ByteArrayOutputStream out) {
        out.write(bytes, contentFrom, to - contentFrom);
        if (!partial) {
            out.write('\n');
        }
    }

    boolean isBefore(Instant instant) {
        try {
            return OffsetDateTime.parse(time()).toInstant().isBefore(instant);
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static int space(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == ' ') {
                return i;
            }
        }
        return -1;
    }
}
