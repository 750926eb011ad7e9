package io.lembos.scheduler.config;

import java.util.List;

/** A configuration that cannot be used; tells all that is wrong with it. */
public final class InvalidConfiguration extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> errors;

    /** @param errors each with the path of its field */
    public InvalidConfiguration(List<String> errors) {
        super(String.join("\n", errors));
        this.errors = List.copyOf(errors);
    }

    public List<String> errors() {
        return errors;
    }
}
