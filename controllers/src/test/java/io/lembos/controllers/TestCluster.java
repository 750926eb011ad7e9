package io.lembos.controllers;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.client.Patch;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.ResourceType;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import io.lembos.api.time.FakeClock;
import io.lembos.api.time.SystemClock;
import io.lembos.apiserver.InProcessApi;
import io.lembos.apiserver.authz.BootstrapPolicy;
import io.lembos.apiserver.crd.DefinitionController;
import io.lembos.apiserver.kinds.Kind;
import io.lembos.apiserver.registry.CanonicalJson;
import io.lembos.apiserver.registry.ResourceVersions;
import io.lembos.apiserver.registry.WriteContext;
import io.lembos.apiserver.store.StoreTimer;
import io.lembos.apiserver.store.embedded.EmbeddedConfig;
import io.lembos.apiserver.store.embedded.EmbeddedStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;

/** A control plane in this process: store, API, all controllers with their own rights, and a node that runs pods. */
public final class TestCluster implements AutoCloseable {
    public static final String NAMESPACE = "shop";
    public static final String ROOT_CERTIFICATE = "the certificate of the root";

    private final StoreTimer timer = StoreTimer.system();
    private final EmbeddedStore store;
    private final Clock clock;
    private final InProcessApi api;
    public final Client admin;
    public final FakeKubelet kubelet;
    private final DefinitionController definitions;
    private ControllerManager controllers;

    public TestCluster(Path directory) throws InterruptedException {
        this(directory, new SystemClock());
    }

    public TestCluster(Path directory, Clock clock) throws InterruptedException {
        this.clock = clock;
        store = EmbeddedStore.open(EmbeddedConfig.in(directory), new ResourceVersions(), timer);
        api = InProcessApi.over(store, clock, new Random(7));
        definitions = DefinitionController.start(api.registry(), api.definitions(), store, clock);
        admin = api.client(Identity.of("admin", Identity.MASTERS));
        admin.create(
                Resources.NAMESPACES,
                new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build());
        kubelet = new FakeKubelet(admin, clock);
        startControllers();
    }

    public void startControllers() throws InterruptedException {
        controllers = new ControllerManager(
                api.client(Identity.of(BootstrapPolicy.CONTROLLER_MANAGER)), ROOT_CERTIFICATE, clock);
        controllers.start();
    }

    public void stopControllers() {
        controllers.close();
    }

    public void restartControllers() throws InterruptedException {
        stopControllers();
        startControllers();
    }

    /** Defines a kind of the group {@code trees.example.com} and waits until it is served. */
    public void serve(String plural, String kind) {
        String definition = """
                {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition",
                "metadata":{"name":"%1$s.trees.example.com"},
                "spec":{"group":"trees.example.com","scope":"Namespaced","names":{"plural":"%1$s","kind":"%2$s"},
                "versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":
                {"type":"object","x-kubernetes-preserve-unknown-fields":true}}}]}}""".formatted(plural, kind);
        Kind definitionKind = api.registry()
                .kinds()
                .byKind("apiextensions.k8s.io", "CustomResourceDefinition")
                .orElseThrow();
        WriteContext context = WriteContext.of(Identity.of("admin", Identity.MASTERS));
        byte[] bytes = definition.getBytes(StandardCharsets.UTF_8);
        api.registry().creator().create(definitionKind, "", CanonicalJson.read(bytes), context);
        eventually(
                kind + " is served",
                () -> admin.resources().stream().anyMatch(r -> r.plural().equals(plural)));
    }

    public long revision() {
        return store.revision();
    }

    @Override
    public void close() {
        controllers.close();
        kubelet.close();
        definitions.close();
        store.close();
        timer.close();
        if (clock instanceof SystemClock system) {
            system.close();
        }
    }

    /** Waits until a state is reached; a clock that stands still goes on in small steps, for the sake of back-offs. */
    public void eventually(String what, Callable<Boolean> condition) {
        await(what)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    if (clock instanceof FakeClock fake) {
                        fake.advance(Duration.ofMillis(1));
                    }
                    return condition.call();
                });
    }

    /** Waits until nothing is written any more, for half a second on end. */
    public void untilQuiet() {
        long[] last = {-1};
        await("quiet")
                .pollInterval(Duration.ofMillis(20))
                .during(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    boolean same = last[0] == revision();
                    last[0] = revision();
                    return same;
                });
    }

    public <T extends HasMetadata> Optional<T> find(ResourceType<T> type, String name) {
        return admin.get(type, key(type, name));
    }

    public <T extends HasMetadata> T get(ResourceType<T> type, String name) {
        return find(type, name).orElseThrow(() -> new AssertionError("no " + type.plural() + " " + name));
    }

    public <T extends HasMetadata> List<T> list(ResourceType<T> type) {
        return admin.list(type, type.namespaced() ? ListOptions.namespace(NAMESPACE) : ListOptions.ALL)
                .items();
    }

    /** Pods that are not on their way out. */
    public List<Pod> activePods() {
        return list(Resources.PODS).stream()
                .filter(io.lembos.controllers.common.PodStates::isActive)
                .toList();
    }

    public <T extends HasMetadata> T merge(ResourceType<T> type, String name, String body) {
        while (true) {
            try {
                return admin.patch(type, key(type, name), new Patch.Merge(body), "");
            } catch (ApiError e) {
                if (!e.is(Reason.Conflict)) {
                    throw e;
                }
            }
        }
    }

    private static ObjectKey key(ResourceType<?> type, String name) {
        return type.namespaced() ? ObjectKey.of(NAMESPACE, name) : ObjectKey.cluster(name);
    }
}
