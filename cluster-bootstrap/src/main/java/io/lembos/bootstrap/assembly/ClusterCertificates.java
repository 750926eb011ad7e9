package io.lembos.bootstrap.assembly;

import io.lembos.api.authn.Identity;
import io.lembos.api.time.Clock;
import io.lembos.bootstrap.config.ClusterConfig;
import io.lembos.bootstrap.config.ClusterFiles;
import io.lembos.bootstrap.pki.CertificateAuthority;
import io.lembos.bootstrap.pki.CertificateRequest;
import io.lembos.bootstrap.pki.ClusterPki;
import java.io.IOException;
import java.util.List;

/** The certificates that an all-in-one cluster needs: names of files below {@code pki/}, and what each says. */
public final class ClusterCertificates {
    public static final String API_SERVER = "apiserver";
    public static final String KUBELET = "kubelet";
    public static final String KUBELET_CLIENT = "apiserver-kubelet-client";
    public static final String ADMIN = "admin";
    public static final String PROXY_ROOT = "front-proxy-ca";
    public static final String PROXY_CLIENT = "front-proxy-client";
    /** Key pair that signs the tokens of service accounts; named as kubeadm names it. */
    public static final String SERVICE_ACCOUNTS = "sa";

    /** First address of the Service network, under which pods reach the API server. */
    private static final String SERVICE_IP = "10.96.0.1";

    private ClusterCertificates() {}

    public static ClusterPki ensure(ClusterConfig config, ClusterFiles files, Clock clock) throws IOException {
        ClusterPki pki = new ClusterPki(files.pki(), clock);
        CertificateAuthority authority = pki.authority(config.name());
        List<String> names = List.of(
                "localhost",
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                "kubernetes.default.svc.cluster.local");
        List<String> addresses = List.of("127.0.0.1", SERVICE_IP);
        pki.ensure(authority, API_SERVER, CertificateRequest.server("kube-apiserver", names, addresses));
        pki.ensure(
                authority,
                KUBELET,
                CertificateRequest.server(
                        "system:node:" + config.nodeName(), List.of(config.nodeName()), List.of("127.0.0.1")));
        pki.ensure(
                authority,
                KUBELET_CLIENT,
                CertificateRequest.client("kube-apiserver-kubelet-client", Identity.MASTERS));
        pki.ensure(
                authority,
                ADMIN,
                CertificateRequest.client("kubernetes-admin", Identity.MASTERS).withRsaKey());
        pki.ensureKeyPair(SERVICE_ACCOUNTS);
        // A root of its own: who is signed by it may speak in anybody's name to the servers behind an APIService.
        pki.ensure(pki.root(PROXY_ROOT, PROXY_ROOT), PROXY_CLIENT, CertificateRequest.client(PROXY_CLIENT));
        return pki;
    }
}
