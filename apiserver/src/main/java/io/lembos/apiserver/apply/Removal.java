package io.lembos.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lembos.apiserver.schema.Schema;
import java.util.Map;

/**
 * An object without some of its fields and items. Pure.
 *
 * @param emptied what stands in the place of a field from which everything went; null for nothing
 */
record Removal(JsonNode emptied) {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** A container from which everything went goes itself. */
    static ObjectNode of(ObjectNode object, FieldSet fields, Schema schema) {
        return new Removal(null).from(object, fields, schema);
    }

    /** A container from which everything went is null, so that one can see that itself did not have to go. */
    static ObjectNode leavingNulls(ObjectNode object, FieldSet fields, Schema schema) {
        return new Removal(NODES.nullNode()).from(object, fields, schema);
    }

    /** A copy in which no field is null. */
    static ObjectNode withoutNulls(ObjectNode object) {
        ObjectNode copy = object.deepCopy();
        dropNulls(copy);
        return copy;
    }

    private static void dropNulls(JsonNode value) {
        if (value instanceof ObjectNode object) {
            object.removeIf(JsonNode::isNull);
        }
        value.forEach(Removal::dropNulls);
    }

    private ObjectNode from(ObjectNode object, FieldSet fields, Schema schema) {
        return remove(new Structure(schema), object, fields) instanceof ObjectNode rest ? rest : NODES.objectNode();
    }

    private JsonNode remove(Structure structure, JsonNode value, FieldSet fields) {
        if (fields.isEmpty()) {
            return value;
        }
        return switch (structure.form(value)) {
            case LEAF -> value.isContainerNode() ? emptied : value;
            case MAP -> value instanceof ObjectNode object ? entries(structure, object, fields) : emptied;
            case LIST -> value instanceof ArrayNode list ? items(structure, list, fields) : emptied;
        };
    }

    private JsonNode entries(Structure structure, ObjectNode object, FieldSet fields) {
        ObjectNode rest = NODES.objectNode();
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            FieldSet.Node node = fields.node(PathElement.field(entry.getKey()));
            JsonNode kept = node == null
                    ? entry.getValue()
                    : node.member() ? null : remove(structure.field(entry.getKey()), entry.getValue(), node.children());
            if (kept != null) {
                rest.set(entry.getKey(), kept);
            }
        }
        return rest.isEmpty() ? emptied : rest;
    }

    private JsonNode items(Structure structure, ArrayNode list, FieldSet fields) {
        ArrayNode rest = NODES.arrayNode();
        for (JsonNode item : list) {
            PathElement element = structure.itemOrNull(item);
            FieldSet.Node node = element == null ? null : fields.node(element);
            JsonNode kept =
                    node == null ? item : node.member() ? null : remove(structure.items(), item, node.children());
            if (kept != null) {
                rest.add(kept);
            }
        }
        return rest.isEmpty() ? emptied : rest;
    }
}
