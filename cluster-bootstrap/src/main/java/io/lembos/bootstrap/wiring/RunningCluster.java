package io.lembos.bootstrap.wiring;

import io.lembos.api.authn.ClientCertificates;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.time.Clock;
import io.lembos.bootstrap.assembly.ServerApplication;
import io.lembos.bootstrap.pki.Pem;
import io.lembos.dashboard.DashboardCluster;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.cert.X509Certificate;
import java.util.List;

/** The cluster of this process, as the dashboard sees it. A caller waits until the cluster has started. */
@Singleton
public class RunningCluster implements DashboardCluster {
    private final X509Certificate authority;
    private final ClientCertificates authenticator;

    public RunningCluster() {
        try {
            authority = Pem.readCertificate(ServerApplication.PKI.join().rootFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        authenticator = new ClientCertificates(authority, clock());
    }

    @Override
    public String name() {
        return ServerApplication.CONFIG.join().name();
    }

    @Override
    public Client client(Identity identity) {
        return ServerApplication.CLUSTER.join().client(identity);
    }

    @Override
    public ClientCertificates authenticator() {
        return authenticator;
    }

    @Override
    public final Clock clock() {
        return ServerApplication.CLOCK;
    }

    @Override
    public List<X509Certificate> clientAuthorities() {
        return List.of(authority);
    }
}
