package io.lembos.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.lembos.apiserver.jsonpath.JsonPath;
import io.lembos.apiserver.kinds.Kind.Column;
import java.util.HashMap;
import java.util.Map;

/** Finds what fills a column: a named function for {@code @name}, else the value at a path. Immutable. */
final class Cells {
    private final Map<String, Cell> named = new HashMap<>();

    Cells() {
        CoreCells.addTo(named);
        WorkloadCells.addTo(named);
        OtherCells.addTo(named);
        AutoscalerCells.addTo(named);
        ServerCells.addTo(named);
        UsageCells.addTo(named);
    }

    Cell of(Column column) {
        if (column.source().startsWith("@")) {
            Cell cell = named.get(column.source().substring(1));
            if (cell == null) {
                throw new IllegalStateException("no cell " + column.source());
            }
            return cell;
        }
        if (column.source().startsWith("$")) {
            return new PathCell(column.type(), JsonPath.of(column.source().substring(1)));
        }
        String[] steps = column.source().substring(1).split("\\.");
        return (object, now) -> {
            JsonNode value = at(object, steps);
            return switch (column.type()) {
                case "date" -> TextNode.valueOf(Cell.since(value, now));
                case "string" -> TextNode.valueOf(value.asText(""));
                default -> value.isMissingNode() ? NullNode.instance : value;
            };
        };
    }

    private static JsonNode at(JsonNode object, String[] steps) {
        JsonNode value = object;
        for (String step : steps) {
            value = value.path(step);
        }
        return value;
    }
}
