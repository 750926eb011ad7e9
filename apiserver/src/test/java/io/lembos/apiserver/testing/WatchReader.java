package io.lembos.apiserver.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The events of a watch over HTTPS in order. One thread reads from the socket all the time; tests wait for events. */
public final class WatchReader implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_SECONDS = 20;

    private final HttpResponse<InputStream> response;
    private final LinkedBlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

    /** One line of a watch. */
    public record Event(String type, JsonNode object) {
        public String name() {
            return object.path("metadata").path("name").asText();
        }

        public long revision() {
            return object.path("metadata").path("resourceVersion").asLong();
        }
    }

    WatchReader(HttpResponse<InputStream> response) {
        this.response = response;
        Thread.startVirtualThread(this::read);
    }

    public int code() {
        return response.statusCode();
    }

    /** The next event; fails when the stream ends or nothing comes. */
    public Event next() {
        return poll().orElseThrow(() -> new AssertionError("The watch has ended"));
    }

    /** The next event, or empty when the stream ended cleanly. */
    public Optional<Event> poll() {
        try {
            Optional<String> line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("No event came");
            }
            return line.map(WatchReader::event);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What comes until the stream ends. */
    public List<Event> rest() {
        List<Event> events = new ArrayList<>();
        for (Optional<Event> event = poll(); event.isPresent(); event = poll()) {
            events.add(event.get());
        }
        return events;
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(Optional.of(line));
            }
            lines.add(Optional.empty());
        } catch (IOException e) {
            lines.add(Optional.of("{\"type\":\"BROKEN\",\"object\":{\"message\":\"" + e.getMessage() + "\"}}"));
            lines.add(Optional.empty());
        }
    }

    private static Event event(String line) {
        try {
            JsonNode node = JSON.readTree(line);
            return new Event(node.path("type").asText(), node.path("object"));
        } catch (IOException e) {
            throw new UncheckedIOException("No event: " + line, e);
        }
    }
}
