package io.lembos.apiserver.testing;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import io.lembos.api.time.SystemClock;
import io.lembos.apiserver.ApiServerConfig;
import io.lembos.apiserver.KubeApiServer;
import io.lembos.apiserver.addresses.ServiceRanges;
import io.lembos.apiserver.admission.Accounts;
import io.lembos.apiserver.http.ServerTls;
import io.lembos.apiserver.registry.ResourceVersions;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.store.StoreTimer;
import io.lembos.apiserver.store.cache.CacheLimits;
import io.lembos.apiserver.store.embedded.EmbeddedConfig;
import io.lembos.apiserver.store.embedded.EmbeddedStore;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * A whole API server on a free port of the loopback interface, over an embedded store in a directory of the test, with an
 * authority of its own. It has what every API server makes for itself, and nothing else.
 *
 * <p>{@link #close} stops everything that was got from here.
 */
public final class ApiServerFixture implements AutoCloseable {
    public static final Identity ADMIN = Identity.of("kubernetes-admin", Identity.MASTERS);
    public static final Identity NOBODY = Identity.of("nobody");

    private static final long SEED = 1;

    private final Path directory;
    private final TestPki pki;
    private final Store store;
    private final Vertx vertx;
    private final KubeApiServer server;
    private final int ownWatchers;
    private final HttpCaller admin;
    private final List<AutoCloseable> owned = new ArrayList<>();

    /**
     * What a test may set.
     *
     * @param limits of the store's history and watch buffers
     * @param wrap puts something between the API server and its store
     * @param ranges of the addresses of services
     */
    public record Options(
            Clock clock, StoreTimer timer, CacheLimits limits, UnaryOperator<Store> wrap, ServiceRanges ranges) {
        /** Real time. */
        public static Options real() {
            return new Options(
                    new SystemClock(),
                    StoreTimer.system(),
                    CacheLimits.defaults(),
                    UnaryOperator.identity(),
                    ServiceRanges.DEFAULT);
        }

        public Options with(Clock other) {
            return new Options(other, timer, limits, wrap, ranges);
        }

        public Options with(StoreTimer other) {
            return new Options(clock, other, limits, wrap, ranges);
        }

        public Options with(CacheLimits other) {
            return new Options(clock, timer, other, wrap, ranges);
        }

        public Options over(UnaryOperator<Store> other) {
            return new Options(clock, timer, limits, other, ranges);
        }

        public Options with(ServiceRanges other) {
            return new Options(clock, timer, limits, wrap, other);
        }
    }

    /** A server on real time. */
    public static ApiServerFixture start(Path directory) {
        return start(directory, Options.real());
    }

    public static ApiServerFixture start(Path directory, Options options) {
        return new ApiServerFixture(directory, options);
    }

    /** A server on real time over what another one left in the directory. */
    public static ApiServerFixture restart(Path directory) {
        return start(directory);
    }

    private ApiServerFixture(Path directory, Options options) {
        this.directory = directory;
        pki = new TestPki(options.clock().now());
        pki.root().writeTo(directory, "ca");
        pki.server().writeTo(directory, "server");
        store = options.wrap()
                .apply(EmbeddedStore.open(
                        EmbeddedConfig.in(directory.resolve("store")).with(options.limits()),
                        new ResourceVersions(),
                        options.timer()));
        vertx = Vertx.vertx();
        ServerTls tls = new ServerTls(directory.resolve("server.crt"), directory.resolve("server.key"));
        Path authority = directory.resolve("ca.crt");
        pki.client("front-proxy-client", List.of()).writeTo(directory, "proxy");
        ServerTls proxy = new ServerTls(directory.resolve("proxy.crt"), directory.resolve("proxy.key"));
        ApiServerConfig config = new ApiServerConfig(
                "127.0.0.1",
                0,
                tls,
                authority,
                pki.signingKeys(),
                tls,
                proxy,
                authority,
                1,
                options.ranges(),
                Accounts.NAMED);
        server = new KubeApiServer(config, store, vertx, options.clock(), new Random(SEED));
        ownWatchers = store.watchers();
        owned.add(options.timer());
        if (options.clock() instanceof AutoCloseable clock) {
            owned.add(clock);
        }
        admin = caller(ADMIN, HttpClient.Version.HTTP_2);
    }

    public int port() {
        return server.port();
    }

    public String url() {
        return "https://127.0.0.1:" + port();
    }

    public Store store() {
        return store;
    }

    /** Watches of the store that clients of the server have open; not those by which the server itself follows it. */
    public int clientWatchers() {
        return store.watchers() - ownWatchers;
    }

    public Vertx vertx() {
        return vertx;
    }

    public TestPki pki() {
        return pki;
    }

    public KubeApiServer server() {
        return server;
    }

    /** The API inside this process. */
    public Client client(Identity identity) {
        return server.client(identity);
    }

    /** HTTPS as the administrator, HTTP/2. */
    public HttpCaller admin() {
        return admin;
    }

    /** HTTPS as somebody with a certificate of the cluster's authority. */
    public HttpCaller caller(Identity identity, HttpClient.Version version) {
        return caller(Optional.of(certificate(identity)), version);
    }

    /** HTTPS with any certificate, or none. */
    public HttpCaller caller(Optional<TestPki.Identified> certificate, HttpClient.Version version) {
        HttpCaller caller = new HttpCaller(port(), pki.root().certificate(), certificate, version);
        owned.add(caller);
        return caller;
    }

    /** A client certificate for the identity. */
    public TestPki.Identified certificate(Identity identity) {
        return pki.client(identity.user(), groups(identity));
    }

    private static List<String> groups(Identity identity) {
        return identity.groups().stream()
                .filter(group -> !group.equals(Identity.AUTHENTICATED))
                .toList();
    }

    /** A kubeconfig file for the identity. */
    public Path kubeconfig(Identity identity) {
        return kubeconfig(identity.user(), Optional.of(pki.kubeconfigClient(identity.user(), groups(identity))));
    }

    /** A kubeconfig file with any certificate, or none. */
    public Path kubeconfig(String user, Optional<TestPki.Identified> certificate) {
        String credentials = certificate
                .map(c -> "client-certificate-data: " + base64(c.certificatePem()) + "\n    client-key-data: "
                        + base64(c.keyPem()))
                .orElse("{}");
        String text = """
                apiVersion: v1
                kind: Config
                current-context: test
                clusters:
                - name: test
                  cluster:
                    server: %s
                    certificate-authority-data: %s
                contexts:
                - name: test
                  context: {cluster: test, user: test}
                users:
                - name: test
                  user:
                    %s
                """.formatted(url(), base64(pki.root().certificatePem()), credentials);
        Path file = directory.resolve(user.replace(':', '_') + ".kubeconfig");
        try {
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Namespace createNamespace(String name) {
        Namespace namespace = new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .build();
        return client(ADMIN).create(Resources.NAMESPACES, namespace);
    }

    @Override
    public void close() {
        owned.reversed().stream().filter(HttpCaller.class::isInstance).forEach(ApiServerFixture::close);
        server.close();
        store.close();
        owned.stream().filter(o -> !(o instanceof HttpCaller)).forEach(ApiServerFixture::close);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
}
