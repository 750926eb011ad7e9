package io.lembos.apiserver.aggregation;

import io.lembos.api.time.Clock;
import io.lembos.apiserver.http.ServerTls;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.registry.StorageKeys;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.webhook.ServiceAddress;
import io.vertx.core.Vertx;

/** The aggregation layer put together: what is registered, how it is reached, whether it is there. */
public final class Aggregator implements AutoCloseable {
    private final RemoteVersions remotes;
    private final ApiProxy proxy;
    private final AvailabilityController availability;
    private final LocalApiServices local;

    /** @param identity the certificate that other servers know us by */
    public Aggregator(Registry registry, Store store, Vertx vertx, ServerTls identity, Clock clock) {
        Kind apiServices = registry.kinds()
                .byPlural("apiregistration.k8s.io", "v1", "apiservices")
                .orElseThrow();
        remotes = RemoteVersions.follow(store, apiServices);
        proxy = new ApiProxy(vertx, identity, new ServiceAddress(registry.kinds(), registry.reader()));
        Kind definitions = registry.kinds()
                .byPlural("apiextensions.k8s.io", "v1", "customresourcedefinitions")
                .orElseThrow();
        local = new LocalApiServices(registry, store, apiServices, StorageKeys.prefix(definitions, ""), clock);
        availability = new AvailabilityController(remotes, proxy, registry, apiServices, clock);
    }

    public RemoteVersions remotes() {
        return remotes;
    }

    public RemoteRoutes routes() {
        return new RemoteRoutes(remotes, proxy);
    }

    @Override
    public void close() {
        availability.close();
        local.close();
        remotes.close();
        proxy.close();
    }
}
