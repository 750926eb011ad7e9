package io.lembos.bootstrap.cli;

/** Something that the user can put right; the message says how. Shown without a stack trace. */
public final class UserError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UserError(String message) {
        super(message);
    }
}
