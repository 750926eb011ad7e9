package io.lembos.bootstrap.assembly;

import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.time.Clock;
import io.lembos.apiserver.ApiServerConfig;
import io.lembos.apiserver.KubeApiServer;
import io.lembos.apiserver.addresses.ServiceRanges;
import io.lembos.apiserver.admission.Accounts;
import io.lembos.apiserver.authn.SigningKeys;
import io.lembos.apiserver.authz.BootstrapPolicy;
import io.lembos.apiserver.handlers.HealthRoutes;
import io.lembos.apiserver.http.ServerTls;
import io.lembos.apiserver.registry.ResourceVersions;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.store.StoreTimer;
import io.lembos.apiserver.store.embedded.EmbeddedConfig;
import io.lembos.apiserver.store.embedded.EmbeddedStore;
import io.lembos.apiserver.store.etcd.EtcdConfig;
import io.lembos.apiserver.store.etcd.EtcdStore;
import io.lembos.bootstrap.config.ClusterConfig;
import io.lembos.bootstrap.config.ClusterFiles;
import io.lembos.bootstrap.config.KubeletSettings;
import io.lembos.bootstrap.config.PrivateFiles;
import io.lembos.bootstrap.config.SchedulerSettings;
import io.lembos.bootstrap.pki.ClusterPki;
import io.lembos.bootstrap.process.PhaseListener;
import io.lembos.controllers.ControllerManager;
import io.lembos.kubelet.Kubelet;
import io.lembos.kubelet.KubeletConfig;
import io.lembos.kubelet.localvolume.LocalVolumes;
import io.lembos.kubelet.pod.CrashBackOff;
import io.lembos.kubelet.settings.NodeSettings;
import io.lembos.kubelet.simulated.SimulatedNodes;
import io.lembos.scheduler.Scheduler;
import io.lembos.scheduler.config.SchedulerConfiguration;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole cluster in this process. Reads as the order of its start: store, API server, controllers, scheduler, simulated
 * nodes, node; the
 * container runtime comes up beside them, because it takes longest. Closing goes the other way round and leaves the
 * containers running.
 */
public final class AllInOne implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AllInOne.class);
    private static final String HOST = "127.0.0.1";

    private final ClusterConfig config;
    private final ClusterFiles files;
    private final Vertx vertx;
    private final Clock clock;
    private final RandomGenerator random;
    private final Phases phases;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private KubeApiServer api;
    private volatile Kubelet kubelet;

    /**
     * @param random for uids, generated names and ties
     * @param sinceStart how long the process has been running
     */
    public AllInOne(
            ClusterConfig config,
            ClusterFiles files,
            Vertx vertx,
            Clock clock,
            RandomGenerator random,
            PhaseListener listener,
            Duration sinceStart) {
        this.config = config;
        this.files = files;
        this.vertx = vertx;
        this.clock = clock;
        this.random = random;
        this.phases = new Phases(clock, listener, sinceStart);
    }

    /** Starts everything and returns when the node is ready; on failure everything is closed again. */
    public AllInOne start(ClusterPki pki) throws Exception {
        try {
            CompletableFuture<NodeRuntime> runtime = startRuntime();
            Store store = keep(phases.time("store", storeTitle(), this::openStore));
            api = keep(phases.time("api", "API server " + config.server(), () -> serve(pki, store)));
            phases.time("control", "controllers and scheduler", () -> {
                control(pki);
                return null;
            });
            NodeRuntime node = keep(await(runtime));
            phases.time("node", "node " + config.nodeName() + " ready", () -> startKubelet(pki, node));
            phases.ready();
            return this;
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    /** The API as somebody, without a socket. */
    public Client client(Identity identity) {
        return api.client(identity);
    }

    /**
     * To be called before it is closed because the process was told to end. Unless one of our commands has told it, the machine
     * goes down, and pods end as the node's settings say; without such settings they run on.
     */
    public void shutDown() {
        Kubelet agent = kubelet;
        if (agent == null || Files.exists(files.stopping())) {
            return;
        }
        try {
            agent.shutDown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} did not close", part.getClass().getSimpleName(), e);
            }
        }
    }

    private String storeTitle() {
        return config.store().equals("etcd")
                ? "store: etcd " + String.join(",", config.etcdEndpoints())
                : "store: embedded";
    }

    private Store openStore() throws Exception {
        if (config.store().equals("etcd")) {
            URI[] endpoints = config.etcdEndpoints().stream().map(URI::create).toArray(URI[]::new);
            return EtcdStore.open(EtcdConfig.of(endpoints), new ResourceVersions(), StoreTimer.system());
        }
        PrivateFiles.directory(files.data());
        return EmbeddedStore.open(EmbeddedConfig.in(files.data()), new ResourceVersions(), StoreTimer.system());
    }

    private KubeApiServer serve(ClusterPki pki, Store store) {
        ApiServerConfig apiConfig = new ApiServerConfig(
                HOST,
                config.apiPort(),
                tls(pki, ClusterCertificates.API_SERVER),
                pki.rootFile(),
                SigningKeys.read(
                        pki.keyFile(ClusterCertificates.SERVICE_ACCOUNTS),
                        pki.publicKeyFile(ClusterCertificates.SERVICE_ACCOUNTS)),
                tls(pki, ClusterCertificates.KUBELET_CLIENT),
                tls(pki, ClusterCertificates.PROXY_CLIENT),
                pki.certificateFile(ClusterCertificates.PROXY_ROOT),
                Math.max(1, Runtime.getRuntime().availableProcessors()),
                ServiceRanges.DEFAULT,
                Accounts.MOUNTED);
        return new KubeApiServer(apiConfig, store, vertx, clock, random);
    }

    private static ServerTls tls(ClusterPki pki, String name) {
        return new ServerTls(pki.certificateFile(name), pki.keyFile(name));
    }

    private void control(ClusterPki pki) throws InterruptedException, IOException {
        Client controllerClient = api.client(Identity.of(BootstrapPolicy.CONTROLLER_MANAGER));
        String root = Files.readString(pki.rootFile());
        keep(new ControllerManager(controllerClient, root, clock)).start();
        SchedulerConfiguration scheduling = new SchedulerSettings(files).load();
        scheduling.warnings().forEach(warning -> LOG.warn("{}: {}", files.schedulerConfig(), warning));
        Client schedulerClient = api.client(Identity.of(BootstrapPolicy.SCHEDULER));
        Scheduler scheduler = keep(new Scheduler(schedulerClient, clock, random, scheduling));
        scheduler.publish(api.metrics());
        api.serve("explanations", scheduler.explanations()::answer);
        scheduler.start();
        Client agents = api.client(Identity.of(BootstrapPolicy.SIMULATED_NODES));
        keep(new SimulatedNodes(agents, clock, HealthRoutes.GIT_VERSION)).start();
    }

    private CompletableFuture<NodeRuntime> startRuntime() {
        CompletableFuture<NodeRuntime> runtime = new CompletableFuture<>();
        Thread.ofVirtual().name("runtime").start(() -> {
            try {
                runtime.complete(phases.time("runtime", "container runtime: " + config.runtime(), this::openRuntime));
            } catch (Exception e) {
                runtime.completeExceptionally(e);
            }
        });
        return runtime;
    }

    private NodeRuntime openRuntime() throws Exception {
        NodeRuntime runtime = NodeRuntime.start(config, files, clock);
        if (config.ownContainerd() || config.ownRuntime()) {
            String checkout = System.getenv().getOrDefault("LEMBOS_CHECKOUT", "");
            new Images(config, files, clock).ensureOwn(runtime.images(), checkout);
        }
        return runtime;
    }

    private static NodeRuntime await(CompletableFuture<NodeRuntime> runtime) throws Exception {
        try {
            return runtime.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private Kubelet startKubelet(ClusterPki pki, NodeRuntime node) throws Exception {
        KubeletConfig kubeletConfig = new KubeletConfig(
                config.name() + "." + config.index(),
                config.nodeName(),
                HOST,
                config.kubeletPort(),
                files.kubelet(),
                files.podLogs(),
                config.simulated() ? "" : "/" + config.bridge(),
                Map.of(),
                pki.rootFile(),
                pki.certificateFile(ClusterCertificates.KUBELET),
                pki.keyFile(ClusterCertificates.KUBELET),
                CrashBackOff.MAX,
                HealthRoutes.GIT_VERSION);
        PrivateFiles.directory(files.kubelet());
        PrivateFiles.directory(files.podLogs());
        PrivateFiles.directory(files.volumes());
        Client client = api.client(Identity.of("system:node:" + config.nodeName(), BootstrapPolicy.NODES));
        NodeSettings settings = new KubeletSettings(files).load();
        settings.warnings().forEach(warning -> LOG.warn("{}: {}", files.kubeletConfig(), warning));
        Kubelet agent = keep(new Kubelet(kubeletConfig, settings, client, node.runtime(), node.images(), vertx, clock));
        agent.start();
        kubelet = agent;
        Client provisioner = api.client(Identity.of(BootstrapPolicy.LOCAL_VOLUMES));
        keep(new LocalVolumes(provisioner, clock, config.nodeName(), files.volumes()))
                .start();
        return agent;
    }

    private synchronized <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }
}
