package io.lembos.runtime.streaming.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Sizes of a caller's terminal, JSON objects one after the other. Who listens hears the last one at once and then each that
 * comes, on the event loop. Text that is no size ends the listening.
 */
final class TerminalSizes {
    private static final int TEXT_CHARS_MAX = 4096;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StringBuilder text = new StringBuilder();
    private Consumer<TerminalSize> listener = size -> {};
    private TerminalSize last;

    synchronized void add(ByteBuf bytes) {
        text.append(bytes.toString(StandardCharsets.UTF_8));
        for (int end = text.indexOf("}"); end >= 0; end = text.indexOf("}")) {
            tell(text.substring(0, end + 1));
            text.delete(0, end + 1);
        }
        if (text.length() > TEXT_CHARS_MAX) {
            text.setLength(0);
        }
    }

    private void tell(String object) {
        try {
            JsonNode size = JSON.readTree(object);
            int columns = size.path("Width").asInt();
            int rows = size.path("Height").asInt();
            if (columns > 0 && rows > 0) {
                last = new TerminalSize(columns, rows);
                listener.accept(last);
            }
        } catch (IOException e) {
            listener = ignored -> {};
        }
    }

    synchronized void listen(Consumer<TerminalSize> action) {
        listener = action;
        if (last != null) {
            action.accept(last);
        }
    }
}
