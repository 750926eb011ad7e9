package io.lembos.apiserver.store.etcd;

import io.lembos.apiserver.store.cache.CacheLimits;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Which etcd, and how long to wait for it.
 *
 * @param endpoints of the members, {@code http://} or {@code https://}
 * @param tls files for {@code https://}
 * @param prefix of all keys that this store reads and follows; ends with {@code /}
 * @param requestTimeout after which a request is given up, at the client and at the server
 */
public record EtcdConfig(
        List<URI> endpoints, Optional<Tls> tls, String prefix, CacheLimits limits, Duration requestTimeout) {
    public EtcdConfig {
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty() || !prefix.endsWith("/")) {
            throw new IllegalArgumentException("etcd needs an endpoint, and a prefix that ends with '/': " + prefix);
        }
    }

    /** PEM files: the CA of the members, and this client's certificate and PKCS#8 key. */
    public record Tls(Path ca, Path certificate, Path key) {}

    public static EtcdConfig of(URI... endpoints) {
        return new EtcdConfig(
                List.of(endpoints), Optional.empty(), "/registry/", CacheLimits.defaults(), Duration.ofSeconds(5));
    }

    public EtcdConfig with(CacheLimits other) {
        return new EtcdConfig(endpoints, tls, prefix, other, requestTimeout);
    }

    public EtcdConfig with(Tls files) {
        return new EtcdConfig(endpoints, Optional.of(files), prefix, limits, requestTimeout);
    }

    public EtcdConfig with(Duration timeout) {
        return new EtcdConfig(endpoints, tls, prefix, limits, timeout);
    }
}
