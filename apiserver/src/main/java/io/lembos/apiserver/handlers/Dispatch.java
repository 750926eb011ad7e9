package io.lembos.apiserver.handlers;

import io.lembos.apiserver.aggregation.RemoteRoutes;
import io.lembos.apiserver.http.Exchange;
import io.lembos.apiserver.http.RequestChain;

/** Where an authorized request goes: to another server, to a resource, or to one of the documents about the server itself. */
public record Dispatch(
        RemoteRoutes remotes,
        HealthRoutes health,
        DiscoveryRoutes discovery,
        OpenApiRoutes openApi,
        IssuerRoutes issuer,
        MetricsRoutes metrics,
        ComponentRoutes components,
        ResourceRoutes resources)
        implements RequestChain.Dispatcher {

    @Override
    public void dispatch(Exchange exchange) throws Exception {
        if (remotes.dispatch(exchange)) {
            return;
        }
        if (exchange.info().isResource()) {
            resources.dispatch(exchange);
            return;
        }
        boolean answered = health.dispatch(exchange)
                || discovery.dispatch(exchange)
                || openApi.dispatch(exchange)
                || metrics.dispatch(exchange)
                || components.dispatch(exchange)
                || issuer.dispatch(exchange);
        if (!answered) {
            throw ResourceRoutes.notServed();
        }
    }
}
