package io.lembos.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** {@code events.k8s.io/v1} over {@code v1}: the same events with other names for most fields. */
final class EventConversion implements KindConversion {
    private static final String VERSION = "events.k8s.io/v1";
    private static final String STORED_VERSION = "v1";
    private static final Map<String, String> STORED_NAMES = Map.of(
            "regarding", "involvedObject",
            "note", "message",
            "reportingController", "reportingComponent",
            "deprecatedSource", "source",
            "deprecatedFirstTimestamp", "firstTimestamp",
            "deprecatedLastTimestamp", "lastTimestamp",
            "deprecatedCount", "count");
    private static final Map<String, String> SHOWN_NAMES =
            STORED_NAMES.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));

    @Override
    public ObjectNode toStorage(ObjectNode event) {
        return renamed(event, STORED_VERSION, STORED_NAMES);
    }

    @Override
    public Optional<ObjectNode> toServed(ObjectNode stored) {
        return Optional.of(renamed(stored, VERSION, SHOWN_NAMES));
    }

    private static ObjectNode renamed(ObjectNode event, String version, Map<String, String> names) {
        ObjectNode result = event.objectNode();
        UnaryOperator<String> name = field -> names.getOrDefault(field, field);
        for (Map.Entry<String, JsonNode> field : List.copyOf(event.properties())) {
            result.set(name.apply(field.getKey()), field.getValue());
        }
        return result.put("apiVersion", version);
    }
}
