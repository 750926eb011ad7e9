package io.lembos.apiserver.schema;

import java.util.Optional;

/** What to do about unknown and duplicate fields: the {@code fieldValidation} parameter of a write. */
public enum Strictness {
    IGNORE,
    WARN,
    STRICT;

    /** Reads the query parameter; absent means {@code Warn}, empty an unknown word. */
    public static Optional<Strictness> of(String parameter) {
        return switch (parameter == null ? "" : parameter) {
            case "", "Warn" -> Optional.of(WARN);
            case "Ignore" -> Optional.of(IGNORE);
            case "Strict" -> Optional.of(STRICT);
            default -> Optional.empty();
        };
    }
}
