package io.lembos.apiserver.apply;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/** Order and texts of JSON values, as Go's structured-merge-diff has them. Pure. */
final class Values {
    private Values() {}

    /** Numbers, then texts, booleans, lists, maps, and null last. */
    static int compare(JsonNode a, JsonNode b) {
        int ranks = Integer.compare(rank(a), rank(b));
        if (ranks != 0) {
            return ranks;
        }
        return switch (a.getNodeType()) {
            case NUMBER -> number(a, b);
            case STRING -> a.asText().compareTo(b.asText());
            case BOOLEAN -> Boolean.compare(a.asBoolean(), b.asBoolean());
            case NULL -> 0;
            default -> json(a).compareTo(json(b));
        };
    }

    private static int number(JsonNode a, JsonNode b) {
        return a.canConvertToLong() && b.canConvertToLong() && a.isIntegralNumber() && b.isIntegralNumber()
                ? Long.compare(a.asLong(), b.asLong())
                : a.decimalValue().compareTo(b.decimalValue());
    }

    private static int rank(JsonNode value) {
        return switch (value.getNodeType()) {
            case NUMBER -> 0;
            case STRING -> 1;
            case BOOLEAN -> 2;
            case ARRAY -> 3;
            case OBJECT -> 4;
            default -> 5;
        };
    }

    /** As a message shows it: texts in quotes, everything else as JSON. */
    static String text(JsonNode value) {
        StringBuilder out = new StringBuilder();
        if (value.isTextual()) {
            quote(value.asText(), false, out);
        } else {
            write(value, out);
        }
        return out.toString();
    }

    /** As Go's encoder writes it: keys in order, and what HTML could mistake for its own escaped. */
    static String json(JsonNode value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    static void write(JsonNode value, StringBuilder out) {
        switch (value.getNodeType()) {
            case STRING -> quote(value.asText(), true, out);
            case OBJECT -> {
                String before = "{";
                Map<String, JsonNode> sorted = new TreeMap<>();
                value.properties().forEach(e -> sorted.put(e.getKey(), e.getValue()));
                for (Map.Entry<String, JsonNode> entry : sorted.entrySet()) {
                    out.append(before);
                    quote(entry.getKey(), true, out);
                    out.append(':');
                    write(entry.getValue(), out);
                    before = ",";
                }
                out.append(sorted.isEmpty() ? "{}" : "}");
            }
            case ARRAY -> {
                String before = "[";
                for (JsonNode element : value) {
                    out.append(before);
                    write(element, out);
                    before = ",";
                }
                out.append(value.isEmpty() ? "[]" : "]");
            }
            // A node's own text goes through all of Jackson, which takes buffers for it.
            default -> out.append(value.isFloatingPointNumber() ? value.toString() : value.asText());
        }
    }

    static void quote(String text, boolean html, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    boolean unsafe =
                            c < ' ' || html && (c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029);
                    if (unsafe) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
