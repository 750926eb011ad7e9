package io.lembos.apiserver;

import io.lembos.api.authn.ClientCertificates;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.aggregation.Aggregator;
import io.lembos.apiserver.aggregation.ProxyTrust;
import io.lembos.apiserver.authn.ServiceAccountTokens;
import io.lembos.apiserver.authn.TokenAuthenticator;
import io.lembos.apiserver.authn.TokenIssuer;
import io.lembos.apiserver.authz.rbac.BootstrapRoles;
import io.lembos.apiserver.bootstrap.ServerEndpoints;
import io.lembos.apiserver.bootstrap.SystemObjects;
import io.lembos.apiserver.crd.DefinitionController;
import io.lembos.apiserver.direct.DirectClient;
import io.lembos.apiserver.handlers.BindingHandler;
import io.lembos.apiserver.handlers.Bodies;
import io.lembos.apiserver.handlers.ComponentRoutes;
import io.lembos.apiserver.handlers.CreateHandler;
import io.lembos.apiserver.handlers.DeleteCollectionHandler;
import io.lembos.apiserver.handlers.DeleteHandler;
import io.lembos.apiserver.handlers.DiscoveryRoutes;
import io.lembos.apiserver.handlers.Dispatch;
import io.lembos.apiserver.handlers.EvictionHandler;
import io.lembos.apiserver.handlers.GetHandler;
import io.lembos.apiserver.handlers.Handler;
import io.lembos.apiserver.handlers.HealthRoutes;
import io.lembos.apiserver.handlers.IssuerRoutes;
import io.lembos.apiserver.handlers.ListHandler;
import io.lembos.apiserver.handlers.LogHandler;
import io.lembos.apiserver.handlers.MetricsRoutes;
import io.lembos.apiserver.handlers.OpenApiRoutes;
import io.lembos.apiserver.handlers.PatchHandler;
import io.lembos.apiserver.handlers.PodStreamHandler;
import io.lembos.apiserver.handlers.ProxyHandler;
import io.lembos.apiserver.handlers.Representations;
import io.lembos.apiserver.handlers.ResourceRoutes;
import io.lembos.apiserver.handlers.ReviewHandler;
import io.lembos.apiserver.handlers.RulesReviewHandler;
import io.lembos.apiserver.handlers.ScaleHandler;
import io.lembos.apiserver.handlers.TokenRequestHandler;
import io.lembos.apiserver.handlers.UpdateHandler;
import io.lembos.apiserver.handlers.UsageHandler;
import io.lembos.apiserver.handlers.WatchHandler;
import io.lembos.apiserver.handlers.WatchTimer;
import io.lembos.apiserver.http.ApiServer;
import io.lembos.apiserver.http.Authentication;
import io.lembos.apiserver.http.RequestChain;
import io.lembos.apiserver.kinds.KindRegistry;
import io.lembos.apiserver.kinds.ServiceAddresses;
import io.lembos.apiserver.metrics.ProcessMetrics;
import io.lembos.apiserver.metrics.RequestMetrics;
import io.lembos.apiserver.openapi.OpenApiDocuments;
import io.lembos.apiserver.registry.PodBinder;
import io.lembos.apiserver.registry.PodEvictor;
import io.lembos.apiserver.registry.Registry;
import io.lembos.apiserver.registry.StorageKeys;
import io.lembos.apiserver.reviews.Reviews;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.store.StoreUnavailableException;
import io.lembos.apiserver.streaming.UpgradeTunnel;
import io.lembos.apiserver.usage.NodeSummaries;
import io.lembos.apiserver.webhook.ServiceAddress;
import io.lembos.apiserver.webhook.VertxWebhookCaller;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * Puts the parts of an API server together over a store and listens. The store belongs to the caller and is closed by
 * it, after this.
 */
public final class KubeApiServer implements AutoCloseable {
    private final ComponentRoutes components = new ComponentRoutes();
    private final PrometheusRegistry metrics = new PrometheusRegistry();
    private final InProcessApi api;
    private final ApiServer server;
    private final DirectClient.Answers answers;
    private final HttpClient kubelets;
    private final NetClient kubeletTunnels;
    private final HttpClient proxied;
    private final DefinitionController definitions;
    private final Aggregator aggregator;
    private final ServerEndpoints endpoints;
    private final Map<String, BooleanSupplier> readiness = new LinkedHashMap<>();

    public KubeApiServer(ApiServerConfig config, Store store, Vertx vertx, Clock clock, RandomGenerator random) {
        readiness.put("etcd", () -> answers(store));
        ServiceAddresses addresses = InProcessApi.allocator(store, config.ranges(), clock, random);
        api = InProcessApi.over(
                store,
                clock,
                random,
                addresses,
                config.accounts(),
                services -> new VertxWebhookCaller(vertx, services));
        KindRegistry kinds = api.registry().kinds();
        ServiceAccountTokens tokens = new ServiceAccountTokens(config.signingKeys(), clock);
        TokenAuthenticator tokenAuthenticator =
                new TokenAuthenticator(tokens, kinds, api.registry().reader());
        Reviews reviews = new Reviews(api.authorizer(), tokenAuthenticator);
        TokenIssuer issuer = new TokenIssuer(kinds, api.registry().reader(), tokens, clock);
        answers = new DirectClient.Answers(reviews, issuer);
        definitions = DefinitionController.start(api.registry(), api.definitions(), store, clock);
        kubelets = vertx.createHttpClient(kubeletOptions(config));
        proxied =
                vertx.createHttpClient(new HttpClientOptions().setTrustAll(true).setVerifyHost(false));
        kubeletTunnels = vertx.createNetClient(tunnelOptions(config));
        aggregator = new Aggregator(api.registry(), store, vertx, config.proxyClient(), clock);
        ProcessMetrics.register(metrics, store);
        Dispatch dispatch = new Dispatch(
                aggregator.routes(),
                new HealthRoutes(readiness),
                new DiscoveryRoutes(kinds, aggregator.remotes(), config.host() + ":" + config.port()),
                new OpenApiRoutes(
                        new OpenApiDocuments(kinds, api.catalog(), HealthRoutes.GIT_VERSION), aggregator.remotes()),
                new IssuerRoutes(tokens, config.host() + ":" + config.port()),
                new MetricsRoutes(metrics),
                components,
                routes(vertx, store, random));
        Authentication authentication =
                new Authentication(new ClientCertificates(certificate(config.authority()), clock), tokenAuthenticator);
        RequestMetrics requests = new RequestMetrics(
                metrics,
                info -> kinds.builtIn()
                        .byPlural(info.group(), info.version(), info.resource())
                        .isPresent());
        RequestChain chain = new RequestChain(authentication, api.authorizer(), dispatch, requests);
        server = ApiServer.listen(vertx, config.host(), config.port(), config.tls(), chain, config.eventLoops());
        endpoints = new ServerEndpoints(api.registry(), store, config.host(), server.port());
        try {
            new SystemObjects(api.registry(), store, addresses, config.ranges()).ensure(server.port());
            new BootstrapRoles(api.registry()).ensure();
            new ProxyTrust(api.registry()).ensure(config.authority(), config.proxyAuthority());
            endpoints.publish(clock);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The API in this process, as the given identity. */
    public Client client(Identity identity) {
        return api.client(identity, Optional.of(answers));
    }

    /** What {@code /metrics} shows; components add what they count. */
    public PrometheusRegistry metrics() {
        return metrics;
    }

    /** Lets a component tell about itself under {@code /lembos/v1/NAME}. */
    public void serve(String name, ComponentRoutes.Endpoint endpoint) {
        components.serve(name, endpoint);
    }

    /** The port that is listened on. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        // First, so that nobody is sent here any more.
        endpoints.close();
        server.close();
        definitions.close();
        aggregator.close();
        kubelets.close().toCompletionStage().toCompletableFuture().join();
        proxied.close().toCompletionStage().toCompletableFuture().join();
        kubeletTunnels.close().toCompletionStage().toCompletableFuture().join();
        api.close();
    }

    private ResourceRoutes routes(Vertx vertx, Store store, RandomGenerator random) {
        Registry registry = api.registry();
        Clock clock = api.clock();
        Representations representations = new Representations(api.catalog(), clock);
        WatchTimer timer = new WatchTimer(clock, store);
        Bodies bodies = new Bodies(registry.intake(), api.catalog());
        GetHandler get = new GetHandler(registry, representations);
        ScaleHandler scale = new ScaleHandler(registry, representations, bodies, api.authorizer());
        ReviewHandler review = new ReviewHandler(answers.reviews(), representations, bodies);
        BindingHandler binding = new BindingHandler(new PodBinder(registry, clock), registry.kinds(), bodies);
        Map<String, Handler> byVerb = Map.of(
                "get", get,
                "list", new ListHandler(registry, representations),
                "watch", new WatchHandler(registry, representations, timer, random),
                "create", new CreateHandler(registry, representations, bodies),
                "update", new UpdateHandler(registry, representations, bodies),
                "patch", new PatchHandler(registry, representations, api.authorizer()),
                "delete", new DeleteHandler(registry, representations, bodies),
                "deletecollection", new DeleteCollectionHandler(registry, representations, bodies));
        PodEvictor evictor = new PodEvictor(registry, clock);
        Map<String, Handler> bySubresource = new HashMap<>(Map.of(
                "scale/get", get,
                "scale/update", scale,
                "scale/patch", scale,
                "log/get", new LogHandler(registry, kubelets),
                "binding/create", binding,
                "eviction/create", new EvictionHandler(evictor, bodies),
                "token/create", new TokenRequestHandler(representations, bodies, answers.tokens())));
        PodStreamHandler streams = new PodStreamHandler(registry, new UpgradeTunnel(kubeletTunnels));
        for (String stream : List.of("attach", "exec", "portforward")) {
            bySubresource.put(stream + "/get", streams);
            bySubresource.put(stream + "/create", streams);
        }
        ProxyHandler proxy =
                new ProxyHandler(registry, kubelets, proxied, new ServiceAddress(registry.kinds(), registry.reader()));
        for (String verb : List.of("create", "delete", "get", "patch", "update")) {
            bySubresource.put("proxy/" + verb, proxy);
        }
        UsageHandler usage =
                new UsageHandler(registry, representations, new NodeSummaries(kubelets, vertx, clock), clock);
        Map<String, Handler> byResource = Map.ofEntries(
                Map.entry("bindings", binding),
                Map.entry("nodes.metrics.k8s.io", usage),
                Map.entry("pods.metrics.k8s.io", usage),
                Map.entry("selfsubjectreviews.authentication.k8s.io", review),
                Map.entry("tokenreviews.authentication.k8s.io", review),
                Map.entry(
                        "selfsubjectrulesreviews.authorization.k8s.io",
                        new RulesReviewHandler(api.rules(), representations, bodies)),
                Map.entry("selfsubjectaccessreviews.authorization.k8s.io", review),
                Map.entry("subjectaccessreviews.authorization.k8s.io", review),
                Map.entry("localsubjectaccessreviews.authorization.k8s.io", review));
        return new ResourceRoutes(registry.kinds(), byVerb, bySubresource, byResource);
    }

    /** Named after the store that Kubernetes always has, so that monitoring recognizes the check. */
    private static boolean answers(Store store) {
        try {
            store.get(StorageKeys.ROOT);
            return true;
        } catch (StoreUnavailableException e) {
            return false;
        }
    }

    private static HttpClientOptions kubeletOptions(ApiServerConfig config) {
        return new HttpClientOptions()
                .setSsl(true)
                .setTrustOptions(authority(config))
                .setKeyCertOptions(certificate(config))
                .setMaxPoolSize(1000);
    }

    private static NetClientOptions tunnelOptions(ApiServerConfig config) {
        return new NetClientOptions()
                .setSsl(true)
                .setHostnameVerificationAlgorithm("HTTPS")
                .setTrustOptions(authority(config))
                .setKeyCertOptions(certificate(config));
    }

    private static PemTrustOptions authority(ApiServerConfig config) {
        return new PemTrustOptions().addCertPath(config.authority().toString());
    }

    private static PemKeyCertOptions certificate(ApiServerConfig config) {
        return new PemKeyCertOptions()
                .addCertPath(config.kubeletClient().certificate().toString())
                .addKeyPath(config.kubeletClient().key().toString());
    }

    private static X509Certificate certificate(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the cluster's root certificate", e);
        } catch (CertificateException e) {
            throw new IllegalArgumentException(file + " holds no certificate", e);
        }
    }
}
