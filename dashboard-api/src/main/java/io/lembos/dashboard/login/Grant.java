package io.lembos.dashboard.login;

import io.lembos.api.authn.Identity;
import java.time.Instant;

/**
 * The right to act as somebody.
 *
 * @param notAfter when the certificate behind it expires
 */
public record Grant(Identity identity, Instant notAfter) {}
