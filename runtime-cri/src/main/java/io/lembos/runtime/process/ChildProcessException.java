package io.lembos.runtime.process;

/** A command that could not be run, did not end in time, or failed. */
public final class ChildProcessException extends RuntimeException {

    public ChildProcessException(String message) {
        super(message);
    }

    public ChildProcessException(String message, Throwable cause) {
        super(message, cause);
    }
}
