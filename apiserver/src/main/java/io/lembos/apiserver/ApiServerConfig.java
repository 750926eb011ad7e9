package io.lembos.apiserver;

import io.lembos.apiserver.addresses.ServiceRanges;
import io.lembos.apiserver.admission.Accounts;
import io.lembos.apiserver.authn.SigningKeys;
import io.lembos.apiserver.http.ServerTls;
import java.nio.file.Path;

/**
 * What an API server needs to know.
 *
 * @param host address to listen on, and the one that others find among the endpoints of the service {@code kubernetes}
 * @param port 0 for any free one
 * @param tls its own certificate
 * @param authority PEM file of the cluster's root, which signs clients
 * @param signingKeys sign the tokens of service accounts
 * @param kubeletClient certificate that the server shows to node agents
 * @param proxyClient certificate that the server shows to servers behind an APIService
 * @param proxyAuthority PEM file of the root that signs {@code proxyClient}
 * @param eventLoops how many event loops serve the port
 * @param ranges of the addresses of services
 * @param accounts what is asked of the service accounts of pods
 */
public record ApiServerConfig(
        String host,
        int port,
        ServerTls tls,
        Path authority,
        SigningKeys signingKeys,
        ServerTls kubeletClient,
        ServerTls proxyClient,
        Path proxyAuthority,
        int eventLoops,
        ServiceRanges ranges,
        Accounts accounts) {}
