package io.lembos.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Collectors;

/** A value as it stands in an error message, in the form in which Go shows it. */
final class ShownValue {
    private ShownValue() {}

    /** Text stays text, numbers and truth values are plain, anything larger is its JSON. */
    static Object of(JsonNode value) {
        if (value.isTextual()) {
            return value.asText();
        }
        return value.isMissingNode() ? "null" : new Plain(value.isValueNode() ? value.asText() : value.toString());
    }

    /** A map of texts: {@code map[string]string{"a":"b"}}. */
    static Object map(JsonNode map) {
        return new Plain(mapText(map));
    }

    /** A label selector as Go prints the struct. */
    static Object labelSelector(JsonNode selector) {
        JsonNode expressions = selector.path("matchExpressions");
        String shown = expressions.isEmpty() ? "[]v1.LabelSelectorRequirement(nil)" : expressions.toString();
        return new Plain("v1.LabelSelector{MatchLabels:" + mapText(selector.path("matchLabels")) + ", MatchExpressions:"
                + shown + "}");
    }

    private static String mapText(JsonNode map) {
        if (map.isMissingNode()) {
            return "map[string]string(nil)";
        }
        return map.properties().stream()
                .map(e -> "\"" + e.getKey() + "\":\"" + e.getValue().asText() + "\"")
                .sorted()
                .collect(Collectors.joining(", ", "map[string]string{", "}"));
    }

    private record Plain(String text) {
        @Override
        public String toString() {
            return text;
        }
    }
}
