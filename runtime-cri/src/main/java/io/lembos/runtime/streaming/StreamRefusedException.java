package io.lembos.runtime.streaming;

import java.io.IOException;

/** The streaming server answered and did not agree to stream. */
public final class StreamRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int code;

    StreamRefusedException(int code, String message) {
        super(message);
        this.code = code;
    }

    /** Its HTTP code. */
    public int code() {
        return code;
    }
}
