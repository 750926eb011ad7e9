package io.lembos.apiserver.jsonpath;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * The condition of a filter: a value at a path compared with a constant or another path, or merely there. Immutable.
 *
 * @param operator {@code ==} and the like, empty for "is there"
 * @param constant null where {@code right} is used
 */
record Comparison(JsonPath left, String operator, JsonNode constant, JsonPath right) {

    boolean holds(JsonNode element) {
        List<JsonNode> found = left.find(element);
        if (found.isEmpty()) {
            return false;
        }
        if (operator.isEmpty()) {
            return true;
        }
        List<JsonNode> others = right == null ? List.of(constant) : right.find(element);
        return !others.isEmpty() && holds(found.get(0), others.get(0));
    }

    private boolean holds(JsonNode value, JsonNode other) {
        boolean numbers = value.isNumber() && other.isNumber();
        if (!numbers && value.getNodeType() != other.getNodeType()) {
            return operator.equals("!=");
        }
        int order = numbers
                ? value.decimalValue().compareTo(other.decimalValue())
                : value.asText().compareTo(other.asText());
        return switch (operator) {
            case "==" -> order == 0;
            case "!=" -> order != 0;
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }
}
