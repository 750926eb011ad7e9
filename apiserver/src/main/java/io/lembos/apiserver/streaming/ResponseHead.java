package io.lembos.apiserver.streaming;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Status line and headers of an HTTP/1.1 answer, as they came.
 *
 * @param lines all of them without their ends, the status line first
 * @param length bytes of the head with the empty line that ends it
 */
record ResponseHead(int code, List<String> lines, int length) {
    static final int BYTES_MAX = 64 * 1024;
    private static final byte[] END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    /** @throws IllegalArgumentException when this is no HTTP answer or its head is longer than {@link #BYTES_MAX} */
    static Optional<ResponseHead> read(Buffer received) {
        int end = indexOfEnd(received);
        if (end < 0) {
            if (received.length() > BYTES_MAX) {
                throw new IllegalArgumentException("the head of the answer is longer than " + BYTES_MAX + " bytes");
            }
            return Optional.empty();
        }
        List<String> lines = List.of(received.getString(0, end, "ISO-8859-1").split("\r\n"));
        String[] status = lines.getFirst().split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.") || !status[1].matches("[1-5]\\d\\d")) {
            throw new IllegalArgumentException("not an HTTP answer: " + lines.getFirst());
        }
        return Optional.of(new ResponseHead(Integer.parseInt(status[1]), lines, end + END.length));
    }

    boolean switchesProtocols() {
        return code == 101;
    }

    /** Value of the first header of this name. */
    Optional<String> header(String name) {
        return headers().stream()
                .filter(h -> h.getKey().equals(name.toLowerCase(Locale.ROOT)))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** Names in lower case, with their values, in the order in which they came. */
    List<Map.Entry<String, String>> headers() {
        List<Map.Entry<String, String>> found = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                String name = line.substring(0, colon).trim().toLowerCase(Locale.ROOT);
                found.add(Map.entry(name, line.substring(colon + 1).trim()));
            }
        }
        return found;
    }

    private static int indexOfEnd(Buffer received) {
        int last = Math.min(received.length(), BYTES_MAX) - END.length;
        for (int i = 0; i <= last; i++) {
            int matched = 0;
            while (matched < END.length && received.getByte(i + matched) == END[matched]) {
                matched++;
            }
            if (matched == END.length) {
                return i;
            }
        }
        return -1;
    }
}
