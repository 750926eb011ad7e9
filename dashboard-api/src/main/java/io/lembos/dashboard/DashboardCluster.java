package io.lembos.dashboard;

import io.lembos.api.authn.ClientCertificates;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.time.Clock;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;

/**
 * The cluster that a dashboard shows: the one bean that the application provides.
 *
 * <p>The dashboard has no identity of its own. It only reads, always through {@link #client} of the person who looks, so
 * the API server authorizes each read. Implementations are safe for many threads.
 */
public interface DashboardCluster {

    /** What the header of the page calls the cluster. */
    String name();

    /** The API as this identity; cheap, may be called for each connection. */
    Client client(Identity identity);

    /** Judges the client certificates of the TLS connections. */
    ClientCertificates authenticator();

    /** Time of sessions, login codes and coalescing. */
    Clock clock();

    /**
     * Authorities whose client certificates the server asks for, so that a browser offers no others; empty asks for any.
     * Only a hint to the client: {@link #authenticator} decides.
     */
    default List<X509Certificate> clientAuthorities() {
        return List.of();
    }

    /**
     * Host names, besides {@code localhost} and any IP address, under which browsers may reach the dashboard. A name that
     * is not listed is refused: it could be an attacker's name that points here.
     */
    default Set<String> hostNames() {
        return Set.of();
    }
}
