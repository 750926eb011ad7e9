package io.lembos.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.schema.Schema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The fields that an object mentions: what somebody who applies it wants to own. Pure. */
final class Extraction {
    private Extraction() {}

    static FieldSet of(ObjectNode object, Schema schema) {
        return map(object, new Structure(schema));
    }

    private static FieldSet children(JsonNode value, Structure structure) {
        return switch (structure.form(value)) {
            case LEAF -> FieldSet.EMPTY;
            case MAP -> value instanceof ObjectNode object ? map(object, structure) : FieldSet.EMPTY;
            case LIST -> value instanceof ArrayNode list ? list(list, structure) : FieldSet.EMPTY;
        };
    }

    private static FieldSet map(ObjectNode object, Structure structure) {
        List<FieldSet.Node> nodes = new ArrayList<>(object.size());
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            String name = entry.getKey();
            JsonNode value = entry.getValue();
            Structure field = structure.field(name);
            FieldSet children = children(value, field);
            boolean whole = value.isNull()
                    || value.isObject() && value.isEmpty()
                    || !structure.declares(name)
                    || field.form(value) == Structure.Form.LEAF;
            if (whole || !children.isEmpty()) {
                nodes.add(new FieldSet.Node(PathElement.field(name), whole, children));
            }
        }
        return FieldSet.of(nodes);
    }

    /** Of items that stand there more than once only the key is known. */
    private static FieldSet list(ArrayNode list, Structure structure) {
        List<Structure.Item> items = structure.indexed(list);
        Set<PathElement> seen = new HashSet<>();
        Set<PathElement> twice = new HashSet<>();
        for (Structure.Item item : items) {
            if (!seen.add(item.element())) {
                twice.add(item.element());
            }
        }
        Structure type = structure.items();
        List<FieldSet.Node> nodes = new ArrayList<>(items.size());
        for (Structure.Item item : items) {
            FieldSet children = twice.contains(item.element()) ? FieldSet.EMPTY : children(item.value(), type);
            nodes.add(new FieldSet.Node(item.element(), true, children));
        }
        return FieldSet.of(nodes);
    }

    /**
     * Adds the named fields above the members, which {@link #of} leaves out because they need no owner: who removes what
     * is below a field wants the field itself gone, too.
     */
    static FieldSet withNamedFields(FieldSet set, Schema schema) {
        return withNamedFields(set, new Structure(schema));
    }

    private static FieldSet withNamedFields(FieldSet set, Structure structure) {
        List<FieldSet.Node> nodes = new ArrayList<>(set.nodes().size());
        for (FieldSet.Node node : set.nodes()) {
            if (node.children().isEmpty()) {
                nodes.add(node);
                continue;
            }
            boolean named = node.element() instanceof PathElement.Field field && structure.declares(field.name());
            Structure below = node.element() instanceof PathElement.Field field
                    ? structure.field(field.name())
                    : structure.items();
            nodes.add(
                    new FieldSet.Node(node.element(), node.member() || named, withNamedFields(node.children(), below)));
        }
        return FieldSet.of(nodes);
    }
}
