package io.lembos.apiserver.cel;

import io.lembos.apiserver.structural.Structural;

/** How large a value can be at most, by its schema and by the size of a request. Pure. */
public final class Sizes {
    private static final long BODY_BYTES_MAX = 3L * 1024 * 1024;

    private Sizes() {}

    /** Characters of a text, elements of a list, entries of a map; 1 for anything else. */
    public static long elements(Structural schema) {
        return switch (schema.type()) {
            case "string" -> text(schema);
            case "array" ->
                schema.count("maxItems")
                        .orElse(
                                schema.items() == null
                                        ? BODY_BYTES_MAX
                                        : (BODY_BYTES_MAX - 2) / (least(schema.items()) + 1));
            case "object" ->
                schema.additional() == null
                        ? 1
                        : schema.count("maxProperties").orElse((BODY_BYTES_MAX - 2) / (least(schema.additional()) + 4));
            default -> 1;
        };
    }

    private static long text(Structural schema) {
        String format = schema.node().path("format").asText("");
        if (format.equals("date")) {
            return 10;
        }
        if (format.equals("date-time") || format.equals("duration")) {
            return 32;
        }
        long longest = schema.enumValues().stream()
                .mapToLong(v -> v.asText().length())
                .max()
                .orElse(0);
        return longest > 0 ? longest : schema.count("maxLength").orElse(BODY_BYTES_MAX - 2);
    }

    /** Bytes of the shortest value in JSON. */
    private static long least(Structural schema) {
        if (schema.type().equals("object") && schema.additional() == null) {
            long bytes = 2;
            for (String name : schema.required()) {
                Structural property = schema.properties().get(name);
                boolean given = property != null && property.defaultValue().isEmpty();
                bytes += given ? name.length() + 4 + least(property) : 0;
            }
            return bytes;
        }
        return switch (schema.type()) {
            case "string", "array", "object" -> 2;
            case "boolean" -> 4;
            default -> 1;
        };
    }
}
