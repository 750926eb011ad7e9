package io.lembos.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.lembos.apiserver.jsonpath.JsonPath;
import java.time.Instant;
import java.util.List;

/** What stands at a path of a custom resource: the first value found, if it is of the column's type. Pure. */
record PathCell(String type, JsonPath path) implements Cell {

    @Override
    public JsonNode value(ObjectNode object, Instant now) {
        List<JsonNode> found = path.find(object);
        if (found.isEmpty() || found.get(0).isNull()) {
            return NullNode.instance;
        }
        JsonNode value = found.get(0);
        return switch (type) {
            case "string" -> TextNode.valueOf(value.isContainerNode() ? value.toString() : value.asText());
            case "integer" ->
                value.isNumber()
                        ? JsonNodeFactory.instance.numberNode(
                                value.decimalValue().longValue())
                        : NullNode.instance;
            case "number" -> value.isNumber() ? value : NullNode.instance;
            case "boolean" -> value.isBoolean() ? value : NullNode.instance;
            case "date" -> value.isTextual() ? TextNode.valueOf(since(value, now)) : NullNode.instance;
            default -> NullNode.instance;
        };
    }

    private static String since(JsonNode moment, Instant now) {
        String text = Cell.since(moment, now);
        return text.equals(Cell.UNKNOWN) ? "<invalid>" : text;
    }
}
