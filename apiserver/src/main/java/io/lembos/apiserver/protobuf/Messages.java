package io.lembos.apiserver.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.apiserver.schema.Schema;
import io.lembos.apiserver.schema.SchemaCatalog;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The fields of each message by number; the data is read when the first is asked for. Safe for many threads. */
final class Messages {
    private final Map<String, Map<Integer, Field>> parsed = new ConcurrentHashMap<>();
    private volatile JsonNode data;

    /** Whether a field stands once, many times, or is a map. */
    enum Form {
        SINGLE,
        REPEATED,
        MAP
    }

    /**
     * One field.
     *
     * @param type {@code int}, {@code bool}, {@code string}, {@code bytes}, {@code double} or the name of a message
     * @param optional whether a zero is a value
     */
    record Field(String name, String type, Form form, boolean optional) {
        /** Whether this message's fields stand in the JSON of the whole: it is none of the whole's properties. */
        boolean isEmbedded(Optional<Schema> whole) {
            return form == Form.SINGLE
                    && type.startsWith("io.k8s.")
                    && whole.isPresent()
                    && !whole.get().properties().containsKey(name);
        }

        static Field of(String text) {
            int blank = text.indexOf(' ');
            String name = text.substring(0, blank);
            String type = text.substring(blank + 1);
            if (type.startsWith("[]")) {
                return new Field(name, type.substring(2), Form.REPEATED, false);
            }
            if (type.startsWith("{}")) {
                return new Field(name, type.substring(2), Form.MAP, false);
            }
            return type.startsWith("?")
                    ? new Field(name, type.substring(1), Form.SINGLE, true)
                    : new Field(name, type, Form.SINGLE, false);
        }
    }

    /** The fields of a message by its definition's name; empty for one that has no protobuf form. */
    Optional<Map<Integer, Field>> fields(String definition) {
        Map<Integer, Field> known = parsed.get(definition);
        if (known != null) {
            return Optional.of(known);
        }
        JsonNode message = data().get(definition);
        if (message == null) {
            return Optional.empty();
        }
        Map<Integer, Field> fields = new HashMap<>();
        message.properties()
                .forEach(f -> fields.put(
                        Integer.valueOf(f.getKey()), Field.of(f.getValue().asText())));
        parsed.put(definition, fields);
        return Optional.of(fields);
    }

    private JsonNode data() {
        if (data == null) {
            data = SchemaCatalog.read("protobuf.json");
        }
        return data;
    }
}
