package io.lembos.bootstrap.pki;

import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.api.authn.ClientCertificates;
import io.lembos.api.authn.Identity;
import io.lembos.api.time.FakeClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterPkiTest {
    private final FakeClock clock = new FakeClock(Instant.parse("2026-01-01T00:00:00Z"));

    @TempDir
    Path folder;

    @Test
    void clientCertificateSaysWhoItsOwnerIs() throws Exception {
        ClusterPki pki = pki();
        CertificateAuthority authority = pki.authority("test");
        pki.ensure(authority, "someone", CertificateRequest.client("jane", "developers", "system:masters"));

        var authenticator = new ClientCertificates(authority.certificate(), clock);
        X509Certificate certificate = Pem.readCertificate(pki.certificateFile("someone"));
        assertThat(authenticator.authenticate(List.of(certificate))).hasValueSatisfying(identity -> {
            assertThat(identity.user()).isEqualTo("jane");
            assertThat(identity.groups())
                    .contains("developers", Identity.MASTERS)
                    .endsWith(Identity.AUTHENTICATED);
        });
    }

    @Test
    void foreignExpiredAndServerCertificatesAreNobody() throws Exception {
        ClusterPki pki = pki();
        CertificateAuthority authority = pki.authority("test");
        var authenticator = new ClientCertificates(authority.certificate(), clock);

        var foreign = new CertificateAuthority(CertificateAuthority.newRoot("other", clock), clock);
        assertThat(authenticator.authenticate(
                        List.of(foreign.issue(CertificateRequest.client("jane")).certificate())))
                .isEmpty();
        var server = authority.issue(CertificateRequest.server("jane", List.of("localhost"), List.of()));
        assertThat(authenticator.authenticate(List.of(server.certificate()))).isEmpty();
        var good = authority.issue(CertificateRequest.client("jane"));
        assertThat(authenticator.authenticate(List.of(good.certificate()))).isPresent();
        clock.advance(Duration.ofDays(4000));
        assertThat(authenticator.authenticate(List.of(good.certificate()))).isEmpty();
    }

    @Test
    void whatIsGoodStaysAndWhatEndsSoonIsRenewed() throws Exception {
        ClusterPki pki = pki();
        CertificateRequest request = CertificateRequest.client("jane");
        pki.ensure(pki.authority("test"), "c", request);
        String first = Files.readString(pki.certificateFile("c"));
        pki.ensure(pki.authority("test"), "c", request);
        assertThat(Files.readString(pki.certificateFile("c"))).isEqualTo(first);

        clock.advance(CertificateAuthority.LEAF_VALIDITY.minusDays(20));
        pki.ensure(pki.authority("test"), "c", request);
        assertThat(Files.readString(pki.certificateFile("c"))).isNotEqualTo(first);
    }

    @Test
    void certificateForOtherNamesIsReplaced() throws Exception {
        ClusterPki pki = pki();
        CertificateAuthority authority = pki.authority("test");
        pki.ensure(authority, "s", CertificateRequest.server("s", List.of("a"), List.of("127.0.0.1")));
        pki.ensure(authority, "s", CertificateRequest.server("s", List.of("a", "b"), List.of("127.0.0.1")));
        assertThat(Pem.readCertificate(pki.certificateFile("s")).getSubjectAlternativeNames())
                .extracting(n -> n.get(1).toString())
                .contains("a", "b", "127.0.0.1");
    }

    @Test
    void certificateForAnotherKindOfKeyIsReplaced() throws Exception {
        ClusterPki pki = pki();
        CertificateRequest request = CertificateRequest.client("jane");
        pki.ensure(pki.authority("test"), "c", request);
        assertThat(Pem.readKey(pki.keyFile("c")).getAlgorithm()).isEqualTo("EC");
        pki.ensure(pki.authority("test"), "c", request.withRsaKey());
        assertThat(Pem.readKey(pki.keyFile("c")).getAlgorithm()).isEqualTo("RSA");
        String rsa = Files.readString(pki.certificateFile("c"));
        pki.ensure(pki.authority("test"), "c", request.withRsaKey());
        assertThat(Files.readString(pki.certificateFile("c"))).isEqualTo(rsa);
    }

    @Test
    void keysAreTheOwnersAlone() throws Exception {
        ClusterPki pki = pki();
        pki.authority("test");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pki.keyFile("ca"))))
                .isEqualTo("rw-------");
        assertThat(new Credential(Pem.readCertificate(pki.rootFile()), Pem.readKey(pki.keyFile("ca"))).toString())
                .doesNotContain("PRIVATE")
                .isEqualTo("Credential[CN=lembos-test]");
    }

    private ClusterPki pki() {
        return new ClusterPki(folder.resolve("pki"), clock);
    }
}
