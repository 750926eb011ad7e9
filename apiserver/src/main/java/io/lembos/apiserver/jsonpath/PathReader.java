package io.lembos.apiserver.jsonpath;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.lembos.apiserver.jsonpath.JsonPath.Step;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** Text to the steps of a path. One use. */
final class PathReader {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<String> OPERATORS = List.of("==", "!=", "<=", ">=", "<", ">");

    private final String text;
    private int at;

    PathReader(String text) {
        this.text = text;
    }

    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        if (text.startsWith("$") || text.startsWith("@")) {
            at = 1;
        }
        while (at < text.length()) {
            if (text.startsWith("..", at)) {
                at += 2;
                steps.add(new Step.Deep(name()));
            } else if (text.charAt(at) == '.') {
                at++;
                if (at < text.length() && text.charAt(at) == '*') {
                    at++;
                    steps.add(new Step.Each());
                } else if (at < text.length() && text.charAt(at) != '[') {
                    steps.add(new Step.Field(name()));
                }
            } else if (text.charAt(at) == '[') {
                steps.add(bracket());
            } else {
                steps.add(new Step.Field(name()));
            }
        }
        return steps;
    }

    private String name() {
        StringBuilder name = new StringBuilder();
        while (at < text.length() && ".[".indexOf(text.charAt(at)) < 0) {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            name.append(text.charAt(at++));
        }
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a name is missing in " + text);
        }
        return name.toString();
    }

    private Step bracket() {
        int end = end(at);
        String inner = text.substring(at + 1, end).strip();
        at = end + 1;
        if (inner.equals("*")) {
            return new Step.Each();
        }
        if (inner.startsWith("?(") && inner.endsWith(")")) {
            return new Step.Filter(
                    comparison(inner.substring(2, inner.length() - 1).strip()));
        }
        if (isQuoted(inner)) {
            return new Step.Field(inner.substring(1, inner.length() - 1));
        }
        return slice(inner);
    }

    /** The bracket that closes the one at {@code from}, whatever is quoted between them. */
    private int end(int from) {
        char quote = 0;
        int depth = 0;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '\'' || c == '"') {
                quote = c;
            } else if (c == '[') {
                depth++;
            } else if (c == ']' && --depth == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException("unterminated array in " + text);
    }

    private Step slice(String inner) {
        String[] parts = inner.split(":", -1);
        try {
            int from = parts[0].isBlank() ? 0 : Integer.parseInt(parts[0].strip());
            if (parts.length == 1) {
                return new Step.Slice(from, from == -1 ? Integer.MAX_VALUE : from + 1, 1);
            }
            int to = parts[1].isBlank() ? Integer.MAX_VALUE : Integer.parseInt(parts[1].strip());
            int step = parts.length < 3 || parts[2].isBlank() ? 1 : Integer.parseInt(parts[2].strip());
            return new Step.Slice(from, to, step);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("invalid array index " + inner, e);
        }
    }

    private static Comparison comparison(String condition) {
        for (int i = 0; i < condition.length(); i++) {
            for (String operator : OPERATORS) {
                if (condition.startsWith(operator, i)) {
                    JsonPath left = JsonPath.of(condition.substring(0, i).strip());
                    String right = condition.substring(i + operator.length()).strip();
                    return right.startsWith("@")
                            ? new Comparison(left, operator, null, JsonPath.of(right))
                            : new Comparison(left, operator, constant(right), null);
                }
            }
        }
        return new Comparison(JsonPath.of(condition), "", null, null);
    }

    private static JsonNode constant(String text) {
        if (isQuoted(text)) {
            return NODES.textNode(text.substring(1, text.length() - 1));
        }
        if (text.equals("true") || text.equals("false")) {
            return NODES.booleanNode(text.equals("true"));
        }
        try {
            return NODES.numberNode(new BigDecimal(text));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("unrecognized constant " + text, e);
        }
    }

    private static boolean isQuoted(String text) {
        return text.length() >= 2
                && (text.startsWith("'") && text.endsWith("'") || text.startsWith("\"") && text.endsWith("\""));
    }
}
