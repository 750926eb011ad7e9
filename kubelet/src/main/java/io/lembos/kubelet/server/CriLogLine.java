package io.lembos.kubelet.server;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/**
 * One line of a container log as CRI runtimes write it: {@code TIME STREAM TAG CONTENT}. A tag of {@code P} means that the
 * line goes on in the next record.
 *
 * @param time as written
 * @param content bytes with their line end, unless partial
 */
record CriLogLine(String time, boolean partial, byte[] content) {

    /** @param record without its line end; null for a record that is not in this form */
    static CriLogLine parse(byte[] record) {
        int timeEnd = indexOf(record, 0);
        int streamEnd = timeEnd < 0 ? -1 : indexOf(record, timeEnd + 1);
        int tagEnd = streamEnd < 0 ? -1 : indexOf(record, streamEnd + 1);
        if (tagEnd < 0) {
            return null;
        }
        boolean partial = record[streamEnd + 1] == 'P';
        int length = record.length - tagEnd - 1;
        byte[] content = new byte[length + (partial ? 0 : 1)];
        System.arraycopy(record, tagEnd + 1, content, 0, length);
        if (!partial) {
            content[length] = '\n';
        }
        return new CriLogLine(new String(record, 0, timeEnd, StandardCharsets.US_ASCII), partial, content);
    }

    boolean isBefore(Instant instant) {
        try {
            return java.time.OffsetDateTime.parse(time).toInstant().isBefore(instant);
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static int indexOf(byte[] record, int from) {
        for (int i = from; i < record.length; i++) {
            if (record[i] == ' ') {
                return i;
            }
        }
        return -1;
    }
}
