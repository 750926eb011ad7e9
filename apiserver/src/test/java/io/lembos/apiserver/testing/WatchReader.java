package io.lembos.apiserver.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
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
    private final Frames frames;
    private final LinkedBlockingQueue<Optional<Event>> events = new LinkedBlockingQueue<>();

    /** How the events of a stream are told apart and read. */
    @FunctionalInterface
    public interface Frames {
        /** The next event, or empty where the stream ends. */
        Optional<Event> next(InputStream in) throws IOException;
    }

    /** One event of a watch. */
    public record Event(String type, JsonNode object) {
        public String name() {
            return object.path("metadata").path("name").asText();
        }

        public long revision() {
            return object.path("metadata").path("resourceVersion").asLong();
        }
    }

    WatchReader(HttpResponse<InputStream> response, Frames frames) {
        this.response = response;
        this.frames = frames;
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
            Optional<Event> event = events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (event == null) {
                throw new AssertionError("No event came");
            }
            return event;
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
        try (InputStream in = new BufferedInputStream(response.body())) {
            Optional<Event> event;
            do {
                event = frames.next(in);
                events.add(event);
            } while (event.isPresent());
        } catch (IOException e) {
            events.add(Optional.of(
                    new Event("BROKEN", JSON.createObjectNode().put("message", String.valueOf(e.getMessage())))));
            events.add(Optional.empty());
        }
    }

    /** A line of JSON for each event. */
    static Optional<Event> line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                return Optional.empty();
            }
            line.write(next);
        }
        JsonNode node = JSON.readTree(line.toByteArray());
        return Optional.of(new Event(node.path("type").asText(), node.path("object")));
    }
}
