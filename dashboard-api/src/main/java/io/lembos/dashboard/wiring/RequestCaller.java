package io.lembos.dashboard.wiring;

import io.lembos.dashboard.DashboardCluster;
import io.lembos.dashboard.login.Caller;
import io.lembos.dashboard.login.Callers;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * Reads certificate and session cookie from an HTTP request.
 *
 * <p>The cookie's name holds the cluster's, because browsers share cookies between all ports of a host: two clusters on
 * one machine must not log each other out.
 */
@Singleton
final class RequestCaller {
    private final Callers callers;
    private final String cookieName;

    RequestCaller(Callers callers, DashboardCluster cluster) {
        this.callers = callers;
        this.cookieName =
                "__Host-lembos-" + cluster.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9-]", "-");
    }

    String cookieName() {
        return cookieName;
    }

    Optional<Caller> find(HttpServerRequest request) {
        return callers.find(chain(request), token(request));
    }

    Optional<Caller> byCertificate(HttpServerRequest request) {
        return callers.byCertificate(chain(request));
    }

    Optional<String> token(HttpServerRequest request) {
        return Optional.ofNullable(request.getCookie(cookieName)).map(Cookie::getValue);
    }

    private static List<X509Certificate> chain(HttpServerRequest request) {
        SSLSession session = request.sslSession();
        if (session == null) {
            return List.of();
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return Arrays.stream(chain)
                    .filter(X509Certificate.class::isInstance)
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }
}
