package io.lembos.apiserver.schema;

import io.lembos.api.error.ApiError;

/** What to do about unknown and duplicate fields: the {@code fieldValidation} parameter of a write. */
public enum Strictness {
    IGNORE,
    WARN,
    STRICT;

    /** Reads the query parameter; absent means {@code Warn}. */
    public static Strictness of(String parameter) {
        return switch (parameter == null ? "" : parameter) {
            case "", "Warn" -> WARN;
            case "Ignore" -> IGNORE;
            case "Strict" -> STRICT;
            default ->
                throw ApiError.badRequest("fieldValidation: Unsupported value: \"" + parameter
                        + "\": supported values: \"\", \"Ignore\", \"Strict\", \"Warn\"");
        };
    }
}
