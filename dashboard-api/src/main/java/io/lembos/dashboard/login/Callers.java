package io.lembos.dashboard.login;

import io.lembos.api.authn.ClientCertificates;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Finds out who a request comes from. A session comes before a certificate: logging in is the more deliberate act.
 * Stateless.
 */
public final class Callers {
    private final ClientCertificates certificates;
    private final Sessions sessions;

    public Callers(ClientCertificates certificates, Sessions sessions) {
        this.certificates = certificates;
        this.sessions = sessions;
    }

    /**
     * @param chain of the TLS connection, leaf first; empty for none
     * @param token of the session cookie
     */
    public Optional<Caller> find(List<X509Certificate> chain, Optional<String> token) {
        return token.flatMap(sessions::find)
                .map(session -> new Caller(session.identity(), session.expiresAt(), Optional.of(session)))
                .or(() -> byCertificate(chain));
    }

    /** The caller by certificate only, whatever sessions it has. */
    public Optional<Caller> byCertificate(List<X509Certificate> chain) {
        return certificates
                .authenticate(chain)
                .map(identity -> new Caller(identity, chain.get(0).getNotAfter().toInstant(), Optional.empty()));
    }
}
