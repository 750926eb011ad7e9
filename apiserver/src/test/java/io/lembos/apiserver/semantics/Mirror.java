package io.lembos.apiserver.semantics;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.apiserver.testing.HttpCaller;
import io.lembos.apiserver.testing.WatchReader;
import io.lembos.apiserver.testing.WatchReader.Event;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Somebody who keeps a copy of a collection by lists and watches as clients do: lists, watches on from there, leaves at any
 * moment and comes back with the last revision it has seen, and lists again when it is told that this is too old. Ends when
 * it sees the object {@link #END}. Used by one thread.
 */
final class Mirror implements Runnable {
    static final String END = "zz-end";

    private static final int EVENTS_PER_WATCH_MAX = 120;

    private final HttpCaller http;
    private final String collection;
    private final String selector;
    private final boolean streamsInitialState;
    private final boolean protobuf;
    private final Random random;
    private final Map<String, String> known = new TreeMap<>();
    private long revision;
    private boolean mustList;
    private boolean ended;
    private int expired;

    /**
     * @param selector as a query parameter, empty for everything
     * @param from revision of the first list, which is one of the past
     * @param streamsInitialState whether the state comes by the watch itself ({@code sendInitialEvents})
     * @param protobuf whether events come in protobuf, which is read for config maps only
     */
    Mirror(
            HttpCaller http,
            String collection,
            String selector,
            long from,
            boolean streamsInitialState,
            boolean protobuf,
            Random random) {
        this.http = http;
        this.collection = collection;
        this.selector = selector;
        this.streamsInitialState = streamsInitialState;
        this.protobuf = protobuf;
        this.random = random;
        if (streamsInitialState) {
            mustList = true;
        } else {
            list("&resourceVersionMatch=Exact&resourceVersion=" + from);
        }
    }

    /** What it believes is there. */
    Map<String, String> known() {
        return known;
    }

    /** How often it was told that what it asked for is too old. */
    int expired() {
        return expired;
    }

    @Override
    public void run() {
        while (!ended) {
            if (mustList && !streamsInitialState) {
                list("");
            }
            follow(mustList);
        }
    }

    private void list(String version) {
        JsonNode list =
                http.get(collection + "?limit=100000" + selector + version).json();
        if (!list.path("kind").asText().endsWith("List")) {
            throw new AssertionError("no list: " + list);
        }
        known.clear();
        known.putAll(state(list));
        revision = list.at("/metadata/resourceVersion").asLong();
        mustList = false;
        ended = known.containsKey(END);
    }

    static Map<String, String> state(JsonNode list) {
        Map<String, String> state = new TreeMap<>();
        list.path("items")
                .forEach(item -> state.put(
                        item.at("/metadata/name").asText(),
                        item.at("/data/value").asText()));
        return state;
    }

    private void follow(boolean initial) {
        String from = initial
                ? "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion="
                : "&resourceVersion=" + revision;
        if (initial) {
            known.clear();
        }
        int most = 1 + random.nextInt(EVENTS_PER_WATCH_MAX);
        String path = collection + "?watch=1&allowWatchBookmarks=true" + selector + from;
        try (WatchReader watch =
                protobuf ? http.watchAs(path, ProtobufMaps.ACCEPT, new ProtobufMaps()) : http.watch(path)) {
            boolean complete = !initial;
            for (int seen = 0; !ended && (seen < most || !complete); seen++) {
                Optional<Event> event = watch.poll();
                if (event.isEmpty()) {
                    return;
                }
                complete |= see(event.get(), complete);
                if (mustList && complete) {
                    mustList = event.get().type().equals("ERROR");
                    if (mustList) {
                        return;
                    }
                }
            }
        }
    }

    /** Whether the event ends the initial state. */
    private boolean see(Event event, boolean complete) {
        switch (event.type()) {
            case "ERROR" -> {
                if (event.object().path("code").asInt() != 410) {
                    throw new AssertionError("the watch failed: " + event.object());
                }
                expired++;
                mustList = true;
                return true;
            }
            case "BOOKMARK" -> {
                advance(event, complete, true);
                return event.object().at("/metadata/annotations").has("k8s.io/initial-events-end");
            }
            case "ADDED", "MODIFIED" -> {
                advance(event, complete, false);
                known.put(event.name(), event.object().at("/data/value").asText());
                ended = event.name().equals(END) || ended;
            }
            case "DELETED" -> {
                advance(event, complete, false);
                if (known.remove(event.name()) == null) {
                    throw new AssertionError("deleted what was not known: " + event.name());
                }
            }
            default -> throw new AssertionError("unknown event " + event);
        }
        return false;
    }

    /** Events come in the order of revisions, none twice; the initial state is in the order of names. */
    private void advance(Event event, boolean complete, boolean mayRepeat) {
        if (complete && (mayRepeat ? event.revision() < revision : event.revision() <= revision)) {
            throw new AssertionError("revision " + event.revision() + " after " + revision);
        }
        if (complete || mayRepeat) {
            revision = event.revision();
        }
    }
}
