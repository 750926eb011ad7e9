package io.lembos.dashboard.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps messages, and the tables as a browser would have them after applying all. */
final class FakeOutlet implements Outlet {
    private static final ObjectMapper JSON = new ObjectMapper();

    final List<JsonNode> messages = new ArrayList<>();
    final Map<String, Map<String, JsonNode>> tables = new LinkedHashMap<>();
    final Map<String, JsonNode> states = new LinkedHashMap<>();
    volatile boolean writable = true;

    @Override
    public boolean isWritable() {
        return writable;
    }

    @Override
    public synchronized void send(String message) {
        try {
            JsonNode json = JSON.readTree(message);
            messages.add(json);
            json.get("tables").properties().forEach(table -> apply(table.getKey(), table.getValue()));
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + message, e);
        }
    }

    private void apply(String table, JsonNode change) {
        Map<String, JsonNode> rows = tables.computeIfAbsent(table, t -> new LinkedHashMap<>());
        change.path("rows").forEach(row -> rows.put(row.get("uid").asText(), row));
        change.path("upsert").forEach(row -> rows.put(row.get("uid").asText(), row));
        change.path("remove").forEach(uid -> rows.remove(uid.asText()));
        if (change.has("state")) {
            states.put(table, change.get("state"));
        }
    }

    /** Names of the rows of a table. */
    synchronized List<String> names(String table) {
        return tables.getOrDefault(table, Map.of()).values().stream()
                .map(row -> row.get("name").asText())
                .sorted()
                .toList();
    }

    synchronized boolean allLoaded() {
        return !states.isEmpty()
                && states.values().stream().allMatch(s -> s.get("loaded").asBoolean());
    }

    synchronized int count() {
        return messages.size();
    }

    synchronized JsonNode last() {
        return messages.get(messages.size() - 1);
    }

    synchronized JsonNode state(String table) {
        return states.get(table);
    }
}
