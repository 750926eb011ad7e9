package io.lembos.dashboard.login;

import io.lembos.api.authn.Identity;
import java.time.Instant;
import java.util.Optional;

/**
 * Somebody, as a request shows it.
 *
 * @param validUntil when the proof expires: the session or the certificate
 * @param session empty for a client certificate
 */
public record Caller(Identity identity, Instant validUntil, Optional<Session> session) {

    /** How the caller proved who it is: {@code session} or {@code certificate}. */
    public String via() {
        return session.isPresent() ? "session" : "certificate";
    }
}
