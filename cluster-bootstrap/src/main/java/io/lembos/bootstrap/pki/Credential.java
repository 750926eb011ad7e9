package io.lembos.bootstrap.pki;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A certificate and the key that proves it. Never printed: {@link #toString} shows the subject only. */
public record Credential(X509Certificate certificate, PrivateKey key) {
    @Override
    public String toString() {
        return "Credential[" + certificate.getSubjectX500Principal() + "]";
    }
}
