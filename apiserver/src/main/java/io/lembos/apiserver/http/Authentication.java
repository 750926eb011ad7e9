package io.lembos.apiserver.http;

import io.lembos.api.authn.ClientCertificates;
import io.lembos.api.authn.Identity;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.apiserver.authn.TokenAuthenticator;
import io.vertx.core.http.HttpServerRequest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Who makes a request: by its client certificate, else by its bearer token, else nobody. Whoever shows something that is
 * not good is refused and not taken for nobody. Stateless.
 */
public final class Authentication {
    private static final String BEARER = "Bearer ";

    private final ClientCertificates certificates;
    private final TokenAuthenticator tokens;

    public Authentication(ClientCertificates certificates, TokenAuthenticator tokens) {
        this.certificates = certificates;
        this.tokens = tokens;
    }

    Identity of(HttpServerRequest request) {
        List<X509Certificate> chain = clientChain(request);
        Optional<String> token = token(request.getHeader("Authorization"));
        if (chain.isEmpty() && token.isEmpty()) {
            return Identity.ANONYMOUS;
        }
        return certificates
                .authenticate(chain)
                .or(() -> token.flatMap(t -> tokens.authenticate(t, List.of())))
                .orElseThrow(() -> ApiError.of(Reason.Unauthorized, "Unauthorized"));
    }

    private static Optional<String> token(String header) {
        if (header == null || !header.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return Optional.empty();
        }
        String token = header.substring(BEARER.length()).strip();
        return token.isEmpty() ? Optional.empty() : Optional.of(token);
    }

    private static List<X509Certificate> clientChain(HttpServerRequest request) {
        SSLSession session = request.connection().sslSession();
        if (session == null) {
            return List.of(); // The connection is gone; nobody will read the answer.
        }
        List<X509Certificate> chain = new ArrayList<>();
        try {
            for (Certificate certificate : session.getPeerCertificates()) {
                chain.add((X509Certificate) certificate);
            }
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
        return chain;
    }
}
