package io.lembos.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.schema.Schema;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lays an applied configuration over the present object: nothing goes, and where both name a field the configuration has
 * the word. Items of lists come in the configuration's order, with those that only the object has near their old places.
 *
 * <p>Pure; the result shares nodes with both arguments.
 */
final class Merge {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private Merge() {}

    static ObjectNode of(ObjectNode live, ObjectNode config, Schema schema) {
        return (ObjectNode) merge(new Structure(schema), live, config);
    }

    /** Either may be null for absent, not both. */
    private static JsonNode merge(Structure structure, JsonNode live, JsonNode config) {
        if (config == null || live == null) {
            return config == null ? live : config;
        }
        if (config.isNull() && !live.isEmpty() && structure.form(live) != Structure.Form.LEAF) {
            return live;
        }
        Structure.Form form = structure.form(config);
        boolean together = form == structure.form(live) && live.getNodeType() == config.getNodeType() && !live.isNull();
        if (!together || form == Structure.Form.LEAF) {
            return config;
        }
        return form == Structure.Form.MAP
                ? entries(structure, (ObjectNode) live, (ObjectNode) config)
                : items(structure, (ArrayNode) live, (ArrayNode) config);
    }

    private static JsonNode entries(Structure structure, ObjectNode live, ObjectNode config) {
        ObjectNode merged = NODES.objectNode();
        for (Map.Entry<String, JsonNode> entry : live.properties()) {
            String name = entry.getKey();
            merged.set(name, merge(structure.field(name), entry.getValue(), config.get(name)));
        }
        for (Map.Entry<String, JsonNode> entry : config.properties()) {
            if (!live.has(entry.getKey())) {
                merged.set(entry.getKey(), entry.getValue());
            }
        }
        return merged;
    }

    private static JsonNode items(Structure structure, ArrayNode live, ArrayNode config) {
        if (live.isEmpty() || config.isEmpty()) {
            return live.isEmpty() ? config : live;
        }
        return new Weaving(structure, structure.indexed(live), structure.indexed(config)).result();
    }

    /** Two lists becoming one. Used once, by one thread. */
    private static final class Weaving {
        private final Structure type;
        private final List<Structure.Item> live;
        private final List<Structure.Item> config;
        private final Map<PathElement, JsonNode> liveByElement = new HashMap<>();
        private final Map<PathElement, JsonNode> configByElement = new HashMap<>();
        private final Deque<PathElement> shared = new ArrayDeque<>();
        private final ArrayNode merged = NODES.arrayNode();

        Weaving(Structure structure, List<Structure.Item> live, List<Structure.Item> config) {
            this.type = structure.items();
            this.live = live;
            this.config = config;
            Set<PathElement> seen = new HashSet<>();
            for (Structure.Item item : live) {
                // Items that stand there twice merge with nothing.
                liveByElement.put(item.element(), seen.add(item.element()) ? item.value() : null);
            }
            for (Structure.Item item : config) {
                configByElement.put(item.element(), item.value());
                if (seen.contains(item.element())) {
                    shared.add(item.element());
                }
            }
        }

        ArrayNode result() {
            Set<PathElement> done = new HashSet<>();
            int l = 0;
            int c = 0;
            while (l < live.size() || c < config.size()) {
                PathElement mine = l < live.size() ? live.get(l).element() : null;
                PathElement wanted = c < config.size() ? config.get(c).element() : null;
                if (mine != null && mine.equals(wanted)) {
                    take(wanted, done);
                    l++;
                    c++;
                } else if (mine != null && !configByElement.containsKey(mine)) {
                    merged.add(live.get(l).value());
                    l++;
                } else if (mine != null && wanted != null && !shared.isEmpty() && !mine.equals(shared.peek())) {
                    // It will stand where the configuration has it.
                    l++;
                } else {
                    l += done.contains(mine) ? 1 : 0;
                    if (wanted != null) {
                        take(wanted, done);
                        c++;
                    }
                }
            }
            return merged;
        }

        private void take(PathElement element, Set<PathElement> done) {
            merged.add(merge(type, liveByElement.get(element), configByElement.get(element)));
            done.add(element);
            if (element.equals(shared.peek())) {
                shared.poll();
            }
        }
    }
}
