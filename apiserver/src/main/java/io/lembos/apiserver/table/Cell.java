package io.lembos.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.lembos.apiserver.schema.Times;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The value of one column for one object at one moment. Pure. */
@FunctionalInterface
interface Cell {
    String NONE = "<none>";
    String UNKNOWN = "<unknown>";
    String UNSET = "<unset>";

    JsonNode value(ObjectNode object, Instant now);

    /** A cell of text that does not depend on the time. */
    static Cell text(Function<ObjectNode, String> text) {
        return (object, now) -> TextNode.valueOf(text.apply(object));
    }

    /** A cell with a number. */
    static Cell number(Function<ObjectNode, Number> number) {
        return (object, now) -> object.numberNode(number.apply(object).longValue());
    }

    /** Time since a moment, for people. */
    static String since(JsonNode moment, Instant now) {
        return Times.parse(moment.asText(""))
                .map(then -> HumanDuration.of(Duration.between(then, now)))
                .orElse(UNKNOWN);
    }

    /** Joined texts, or a placeholder for none. */
    static String joined(List<String> texts, String separator, String empty) {
        return texts.isEmpty() ? empty : String.join(separator, texts);
    }

    /** {@code a=b,c=d}, sorted. */
    static String labels(JsonNode labels) {
        String text = labels.properties().stream()
                .map(e -> e.getKey() + "=" + e.getValue().asText())
                .sorted()
                .collect(Collectors.joining(","));
        return text.isEmpty() ? NONE : text;
    }

    /** At most {@code max} texts, then how many more there are. */
    static String limited(List<String> texts, int max, String empty) {
        if (texts.isEmpty()) {
            return empty;
        }
        String shown = texts.stream().limit(max).collect(Collectors.joining(","));
        return texts.size() > max ? shown + " + " + (texts.size() - max) + " more..." : shown;
    }

    /** The text, or {@code <none>}. */
    static String orNone(JsonNode node) {
        String text = node.asText("");
        return text.isEmpty() ? NONE : text;
    }
}
