package io.lembos.dashboard.wiring;

import io.lembos.dashboard.DashboardCluster;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.TrustOptions;
import jakarta.inject.Singleton;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;

/**
 * Has the HTTPS server ask for a client certificate and let any through the handshake: {@code ClientCertificates} judges
 * it afterwards, so that a bad one is answered with 401 and not with a broken connection.
 *
 * <p>WebSocket compression is off: it would cost some 300 kB per connection and saves nothing on loopback.
 */
@Singleton
final class ClientCertificateRequest implements HttpServerOptionsCustomizer {
    private final DashboardCluster cluster;

    ClientCertificateRequest(DashboardCluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        X509Certificate[] authorities = cluster.clientAuthorities().toArray(X509Certificate[]::new);
        options.setClientAuth(ClientAuth.REQUEST)
                .setTrustOptions(TrustOptions.wrap(new JudgedLater(authorities)))
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false);
    }

    /** Says nothing about who the client is. */
    private record JudgedLater(X509Certificate[] authorities) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("This trust manager is for servers only");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return authorities.clone();
        }
    }
}
