package io.lembos.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.values.CelByteString;
import io.lembos.apiserver.structural.Structural;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as rules see it: fields by their escaped names, nulls as if they were absent, moments and durations as such. Pure. */
final class Values {
    private Values() {}

    /** The value of a node; null where it is null. */
    static Object of(JsonNode value, Structural schema, boolean resource) {
        return switch (value.getNodeType()) {
            case OBJECT -> object(value, schema, resource);
            case ARRAY -> list(value, schema);
            case STRING -> text(value.asText(), schema);
            case NUMBER -> number(value, schema);
            case BOOLEAN -> value.asBoolean();
            default -> null;
        };
    }

    private static Object object(JsonNode object, Structural schema, boolean resource) {
        Map<String, Object> fields = new LinkedHashMap<>();
        boolean struct = schema != null && schema.additional() == null;
        for (var field : object.properties()) {
            String name = struct ? FieldNames.escape(field.getKey()) : field.getKey();
            boolean metadata = resource && field.getKey().equals("metadata");
            Structural inner = schema == null || metadata ? null : schema.property(field.getKey());
            Object value = of(field.getValue(), inner, inner != null && inner.isEmbeddedResource());
            if (name != null && value != null) {
                fields.put(name, value);
            }
        }
        return fields;
    }

    private static Object list(JsonNode list, Structural schema) {
        Structural items = schema == null ? null : schema.items();
        List<Object> values = new ArrayList<>(list.size());
        for (JsonNode element : list) {
            Object value = of(element, items, items != null && items.isEmbeddedResource());
            values.add(value == null ? dev.cel.common.values.NullValue.NULL_VALUE : value);
        }
        return values;
    }

    private static Object number(JsonNode value, Structural schema) {
        boolean real = schema != null && schema.type().equals("number") || !value.isIntegralNumber();
        boolean whole = schema != null && schema.type().equals("integer");
        return real && !whole ? (Object) value.doubleValue() : (Object) value.longValue();
    }

    private static Object text(String text, Structural schema) {
        String format = schema == null || schema.isIntOrString()
                ? ""
                : schema.node().path("format").asText("");
        try {
            return switch (format) {
                case "byte" -> CelByteString.of(Base64.getDecoder().decode(text));
                case "date" ->
                    LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
                case "date-time" -> moment(text);
                case "duration" -> duration(text);
                default -> text;
            };
        } catch (DateTimeException | IllegalArgumentException e) {
            return text;
        }
    }

    private static Instant moment(String text) {
        return OffsetDateTime.parse(text).toInstant();
    }

    /** In Go's form: {@code 1h30m}, {@code 1.5s}. */
    static Duration duration(String text) {
        String rest = text.startsWith("-") ? text.substring(1) : text;
        var part = java.util.regex.Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|s|m|h)")
                .matcher(rest);
        double seconds = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            double unit = switch (part.group(2)) {
                case "h" -> 3600;
                case "m" -> 60;
                case "s" -> 1;
                case "ms" -> 1e-3;
                case "ns" -> 1e-9;
                default -> 1e-6;
            };
            seconds += Double.parseDouble(part.group(1)) * unit;
            end = part.end();
        }
        if (end == 0 || end != rest.length()) {
            throw new IllegalArgumentException("invalid duration " + text);
        }
        long nanos = Math.round(seconds * 1e9);
        return Duration.ofNanos(text.startsWith("-") ? -nanos : nanos);
    }
}
