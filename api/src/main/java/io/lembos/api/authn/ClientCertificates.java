package io.lembos.api.authn;

import io.lembos.api.time.Clock;
import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Reads the caller from a client certificate signed by the cluster's authority: CN is the user, each O a group. Anything
 * else (foreign authority, expired, no client usage, no CN) is nobody.
 *
 * <p>A verdict costs a signature check, so verdicts are kept per certificate; a kept one is used only while the
 * certificate is valid. The memory is bounded: when full it is emptied. Safe for many threads.
 */
public final class ClientCertificates {
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final int REMEMBERED_MAX = 1024;

    private final TrustAnchor authority;
    private final Clock clock;
    private final Map<X509Certificate, Identity> known = new ConcurrentHashMap<>();

    public ClientCertificates(X509Certificate authority, Clock clock) {
        this.authority = new TrustAnchor(authority, null);
        this.clock = clock;
    }

    /**
     * @param chain as the client sent it, leaf first
     */
    public Optional<Identity> authenticate(List<X509Certificate> chain) {
        if (chain.isEmpty()) {
            return Optional.empty();
        }
        X509Certificate leaf = chain.get(0);
        Identity remembered = known.get(leaf);
        if (remembered != null && isCurrent(leaf)) {
            return Optional.of(remembered);
        }
        Optional<Identity> found = verify(chain);
        found.ifPresent(identity -> remember(leaf, identity));
        return found;
    }

    private void remember(X509Certificate leaf, Identity identity) {
        if (known.size() >= REMEMBERED_MAX) {
            known.clear();
        }
        known.put(leaf, identity);
    }

    private boolean isCurrent(X509Certificate leaf) {
        Date now = Date.from(clock.now());
        return !now.before(leaf.getNotBefore()) && !now.after(leaf.getNotAfter());
    }

    private Optional<Identity> verify(List<X509Certificate> chain) {
        try {
            List<String> usages = chain.get(0).getExtendedKeyUsage();
            if (usages == null || !usages.contains(CLIENT_AUTH)) {
                return Optional.empty();
            }
            List<X509Certificate> path = new ArrayList<>(chain);
            path.removeIf(c -> c.equals(authority.getTrustedCert()));
            CertPath certPath = CertificateFactory.getInstance("X.509").generateCertPath(path);
            PKIXParameters parameters = new PKIXParameters(Set.of(authority));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(clock.now()));
            CertPathValidator.getInstance("PKIX").validate(certPath, parameters);
            return subject(chain.get(0));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Optional<Identity> subject(X509Certificate leaf) {
        String user = "";
        List<String> groups = new ArrayList<>();
        try {
            for (Rdn rdn : new LdapName(leaf.getSubjectX500Principal().getName()).getRdns()) {
                if (rdn.getType().equalsIgnoreCase("CN")) {
                    user = String.valueOf(rdn.getValue());
                } else if (rdn.getType().equalsIgnoreCase("O")) {
                    groups.add(String.valueOf(rdn.getValue()));
                }
            }
        } catch (InvalidNameException e) {
            return Optional.empty();
        }
        return user.isEmpty() ? Optional.empty() : Optional.of(Identity.of(user, groups));
    }
}
