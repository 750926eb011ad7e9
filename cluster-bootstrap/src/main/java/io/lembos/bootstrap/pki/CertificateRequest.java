package io.lembos.bootstrap.pki;

import java.util.List;

/**
 * What a certificate should say.
 *
 * @param commonName the user name that the API server reads from a client certificate
 * @param organizations the groups it reads
 * @param dnsNames names a server answers under
 * @param ipAddresses addresses a server answers under
 * @param usages what the certificate may be used for
 * @param keys kind of the key that is certified
 */
public record CertificateRequest(
        String commonName,
        List<String> organizations,
        List<String> dnsNames,
        List<String> ipAddresses,
        List<Usage> usages,
        KeyType keys) {

    /** Extended key usages. */
    public enum Usage {
        CLIENT,
        SERVER
    }

    /** Kinds of keys; RSA for those that other people's programs read, not all of which know elliptic curves. */
    public enum KeyType {
        P256,
        RSA
    }

    /** The same for an RSA key. */
    public CertificateRequest withRsaKey() {
        return new CertificateRequest(commonName, organizations, dnsNames, ipAddresses, usages, KeyType.RSA);
    }

    public static CertificateRequest client(String user, String... groups) {
        return new CertificateRequest(user, List.of(groups), List.of(), List.of(), List.of(Usage.CLIENT), KeyType.P256);
    }

    public static CertificateRequest server(String name, List<String> dnsNames, List<String> ipAddresses) {
        return new CertificateRequest(name, List.of(), dnsNames, ipAddresses, List.of(Usage.SERVER), KeyType.P256);
    }
}
