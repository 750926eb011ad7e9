package io.lembos.apiserver.http;

import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;

/**
 * TLS of a server that asks for client certificates and accepts any at the handshake: the authenticator judges them
 * afterwards, so that a bad one is answered with 401 instead of a broken connection.
 *
 * @param certificate PEM file of the server's certificate
 * @param key PEM file of its key (PKCS#8)
 */
public record ServerTls(Path certificate, Path key) {

    /** Options of an HTTPS server with HTTP/2 and HTTP/1.1. */
    public HttpServerOptions options() {
        return new HttpServerOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setClientAuth(ClientAuth.REQUEST)
                .setTrustOptions(TrustOptions.wrap(new JudgedLater()))
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertPath(certificate.toString())
                        .addKeyPath(key.toString()));
    }

    /** Lets every client certificate through the handshake; says nothing about who the client is. */
    private static final class JudgedLater implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType)
                throws java.security.cert.CertificateException {
            throw new java.security.cert.CertificateException("This trust manager is for servers only");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
