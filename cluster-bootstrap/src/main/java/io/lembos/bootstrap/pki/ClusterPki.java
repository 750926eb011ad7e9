package io.lembos.bootstrap.pki;

import io.lembos.api.time.Clock;
import io.lembos.bootstrap.config.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/**
 * The certificates of one cluster on disk: makes what is missing, renews what ends within {@value #RENEW_BEFORE_DAYS}
 * days or speaks for other names than asked, and leaves everything else as it is. Called by one process at a time, which
 * holds the cluster's lock.
 */
public final class ClusterPki {
    private static final int RENEW_BEFORE_DAYS = 30;

    private final Path directory;
    private final Clock clock;

    public ClusterPki(Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    public Path certificateFile(String name) {
        return directory.resolve(name + ".crt");
    }

    public Path keyFile(String name) {
        return directory.resolve(name + ".key");
    }

    /** The root certificate's file, which clients trust. */
    public Path rootFile() {
        return certificateFile("ca");
    }

    /** The cluster's root, made when there is none. */
    public CertificateAuthority authority(String clusterName) throws IOException {
        return root("ca", "lembos-" + clusterName);
    }

    /** A root of its own, made when there is none. */
    public CertificateAuthority root(String name, String commonName) throws IOException {
        if (!Files.exists(certificateFile(name)) || !Files.exists(keyFile(name))) {
            store(name, CertificateAuthority.newRoot(commonName, clock));
        }
        return new CertificateAuthority(load(name), clock);
    }

    /** Makes sure that a certificate of this name is there and good for a while. */
    public void ensure(CertificateAuthority authority, String name, CertificateRequest request) throws IOException {
        if (Files.exists(certificateFile(name)) && Files.exists(keyFile(name))) {
            X509Certificate present = Pem.readCertificate(certificateFile(name));
            boolean sameKeys = present.getPublicKey().getAlgorithm().equals("RSA")
                    == (request.keys() == CertificateRequest.KeyType.RSA);
            if (sameKeys && lasts(present) && signedBy(present, authority) && speaksFor(present, request)) {
                return;
            }
        }
        store(name, authority.issue(request));
    }

    /** Makes sure that there is a key pair for signing tokens: {@code NAME.key} and {@code NAME.pub}. */
    public void ensureKeyPair(String name) throws IOException {
        if (!Files.exists(keyFile(name)) || !Files.exists(publicKeyFile(name))) {
            KeyPair keys = CertificateAuthority.newKeys();
            PrivateFiles.write(publicKeyFile(name), Pem.of(keys.getPublic()));
            PrivateFiles.write(keyFile(name), Pem.of(keys.getPrivate()));
        }
    }

    public Path publicKeyFile(String name) {
        return directory.resolve(name + ".pub");
    }

    private boolean lasts(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant().isAfter(clock.now().plus(Duration.ofDays(RENEW_BEFORE_DAYS)));
    }

    private static boolean signedBy(X509Certificate certificate, CertificateAuthority authority) {
        try {
            certificate.verify(authority.certificate().getPublicKey());
            return true;
        } catch (java.security.GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean speaksFor(X509Certificate certificate, CertificateRequest request) throws IOException {
        try {
            var names = certificate.getSubjectAlternativeNames();
            List<String> present = names == null
                    ? List.of()
                    : names.stream().map(n -> String.valueOf(n.get(1))).toList();
            return present.containsAll(request.dnsNames()) && present.containsAll(request.ipAddresses());
        } catch (java.security.cert.CertificateParsingException e) {
            throw new IOException(e);
        }
    }

    private Credential load(String name) throws IOException {
        return new Credential(Pem.readCertificate(certificateFile(name)), Pem.readKey(keyFile(name)));
    }

    private void store(String name, Credential credential) throws IOException {
        PrivateFiles.write(keyFile(name), Pem.of(credential.key()));
        PrivateFiles.write(certificateFile(name), Pem.of(credential.certificate()));
    }
}
