package io.lembos.apiserver.testing;

import io.lembos.apiserver.authn.SigningKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority that lives as long as a test. Its certificates are valid around the given moment. */
public final class TestPki {
    private static final Duration VALIDITY = Duration.ofDays(3650);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Instant now;
    private final Identified root;

    /** A certificate and the key that belongs to it. */
    public record Identified(X509Certificate certificate, PrivateKey key) {
        public String certificatePem() {
            try {
                return block("CERTIFICATE", certificate.getEncoded());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        public String keyPem() {
            return block("PRIVATE KEY", key.getEncoded());
        }

        /** Writes {@code NAME.crt} and {@code NAME.key}. */
        public void writeTo(Path directory, String name) {
            try {
                Files.writeString(directory.resolve(name + ".crt"), certificatePem());
                Files.writeString(directory.resolve(name + ".key"), keyPem());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static String block(String label, byte[] content) {
            String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
            return "-----BEGIN " + label + "-----\n" + lines + "\n-----END " + label + "-----\n";
        }
    }

    public TestPki(Instant now) {
        this.now = now;
        KeyPair keys = newKeys();
        X500Name name = new X500Name("CN=test-ca");
        X509v3CertificateBuilder builder = builder(name, name, keys, now.minus(VALIDITY), now.plus(VALIDITY));
        root = sign(
                builder,
                keys.getPrivate(),
                keys,
                b -> b.addExtension(Extension.basicConstraints, true, new BasicConstraints(true)));
    }

    /** Keys for the tokens of service accounts, new at every call. */
    public SigningKeys signingKeys() {
        KeyPair keys = newKeys();
        return new SigningKeys((ECPrivateKey) keys.getPrivate(), (ECPublicKey) keys.getPublic());
    }

    public Identified root() {
        return root;
    }

    /** A certificate of a server on the loopback interface. */
    public Identified server() {
        KeyPair keys = newKeys();
        GeneralNames names = new GeneralNames(new GeneralName[] {
            new GeneralName(GeneralName.iPAddress, "127.0.0.1"), new GeneralName(GeneralName.dNSName, "localhost")
        });
        return issue(new X500Name("CN=kube-apiserver"), keys, now.minus(VALIDITY), now.plus(VALIDITY), b -> {
            b.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
            b.addExtension(Extension.subjectAlternativeName, false, names);
        });
    }

    /** A client certificate: the user is its CN, each group an O. */
    public Identified client(String user, List<String> groups) {
        return client(user, groups, now.minus(VALIDITY), now.plus(VALIDITY));
    }

    /** A client certificate as a kubeconfig has it: for an RSA key, which every client reads. */
    public Identified kubeconfigClient(String user, List<String> groups) {
        return client(
                user,
                groups,
                newKeys("RSA", new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4)),
                now.minus(VALIDITY),
                now.plus(VALIDITY));
    }

    /** A client certificate that was valid until a day ago. */
    public Identified expiredClient(String user, List<String> groups) {
        return client(user, groups, now.minus(VALIDITY), now.minus(Duration.ofDays(1)));
    }

    private Identified client(String user, List<String> groups, Instant from, Instant until) {
        return client(user, groups, newKeys(), from, until);
    }

    private Identified client(String user, List<String> groups, KeyPair keys, Instant from, Instant until) {
        X500NameBuilder subject = new X500NameBuilder(BCStyle.INSTANCE);
        groups.forEach(group -> subject.addRDN(BCStyle.O, group));
        subject.addRDN(BCStyle.CN, user);
        return issue(
                subject.build(),
                keys,
                from,
                until,
                b -> b.addExtension(
                        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth)));
    }

    @FunctionalInterface
    private interface Extensions {
        void addTo(X509v3CertificateBuilder builder) throws IOException;
    }

    private Identified issue(X500Name subject, KeyPair keys, Instant from, Instant until, Extensions extensions) {
        X500Name issuer = X500Name.getInstance(
                root.certificate().getSubjectX500Principal().getEncoded());
        return sign(builder(issuer, subject, keys, from, until), root.key(), keys, extensions);
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, KeyPair keys, Instant from, Instant until) {
        return new JcaX509v3CertificateBuilder(
                issuer, new BigInteger(127, RANDOM), Date.from(from), Date.from(until), subject, keys.getPublic());
    }

    private static Identified sign(
            X509v3CertificateBuilder builder, PrivateKey signer, KeyPair subject, Extensions extensions) {
        try {
            extensions.addTo(builder);
            X509Certificate certificate = new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
            return new Identified(certificate, subject.getPrivate());
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair newKeys() {
        return newKeys("EC", new ECGenParameterSpec("secp256r1"));
    }

    private static KeyPair newKeys(String algorithm, AlgorithmParameterSpec parameters) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(parameters, RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
