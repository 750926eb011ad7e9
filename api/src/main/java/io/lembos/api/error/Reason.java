package io.lembos.api.error;

/** Machine-readable reasons of a {@code Status}, each with the HTTP code it travels under. Source: metav1.StatusReason. */
public enum Reason {
    BadRequest(400),
    Unauthorized(401),
    Forbidden(403),
    NotFound(404),
    MethodNotAllowed(405),
    NotAcceptable(406),
    AlreadyExists(409),
    Conflict(409),
    Gone(410),
    Expired(410),
    RequestEntityTooLarge(413),
    UnsupportedMediaType(415),
    Invalid(422),
    TooManyRequests(429),
    InternalError(500),
    ServiceUnavailable(503),
    Timeout(504),
    ServerTimeout(500);

    private final int code;

    Reason(int code) {
        this.code = code;
    }

    /** The HTTP status code of an answer with this reason. */
    public int code() {
        return code;
    }
}
