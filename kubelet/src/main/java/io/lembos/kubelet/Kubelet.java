package io.lembos.kubelet;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import io.lembos.kubelet.actions.ExecAction;
import io.lembos.kubelet.actions.HttpGet;
import io.lembos.kubelet.admission.NodeAdmission;
import io.lembos.kubelet.cgroups.CgroupFiles;
import io.lembos.kubelet.cgroups.PodCgroups;
import io.lembos.kubelet.container.ContainerResources;
import io.lembos.kubelet.container.Environment;
import io.lembos.kubelet.container.PodObserver;
import io.lembos.kubelet.container.ResourceFields;
import io.lembos.kubelet.eviction.EvictionSettings;
import io.lembos.kubelet.eviction.Evictions;
import io.lembos.kubelet.eviction.MachineSenses;
import io.lembos.kubelet.eviction.NodePressure;
import io.lembos.kubelet.eviction.NodeSignals;
import io.lembos.kubelet.images.ImageCollector;
import io.lembos.kubelet.images.ImagePuller;
import io.lembos.kubelet.images.PodImages;
import io.lembos.kubelet.images.PullSecrets;
import io.lembos.kubelet.lifecycle.ContainerStops;
import io.lembos.kubelet.lifecycle.Hooks;
import io.lembos.kubelet.logs.LogRotation;
import io.lembos.kubelet.node.LeaseKeeper;
import io.lembos.kubelet.node.MachineFacts;
import io.lembos.kubelet.node.NodeResources;
import io.lembos.kubelet.node.NodeStatusReporter;
import io.lembos.kubelet.pleg.Pleg;
import io.lembos.kubelet.pod.PodRuntime;
import io.lembos.kubelet.pod.PodWorkers;
import io.lembos.kubelet.pod.RuntimeHandlers;
import io.lembos.kubelet.probes.Prober;
import io.lembos.kubelet.resize.PodSizes;
import io.lembos.kubelet.server.ContainerLogs;
import io.lembos.kubelet.server.KubeletServer;
import io.lembos.kubelet.server.TerminationMessages;
import io.lembos.kubelet.server.streaming.PodStreams;
import io.lembos.kubelet.settings.NodeSettings;
import io.lembos.kubelet.shutdown.NodeShutdown;
import io.lembos.kubelet.staticpods.MirrorUids;
import io.lembos.kubelet.staticpods.StaticPods;
import io.lembos.kubelet.stats.NodeStats;
import io.lembos.kubelet.status.PodStatusComputer;
import io.lembos.kubelet.status.StatusWriter;
import io.lembos.kubelet.volumes.VolumeMounter;
import io.lembos.runtime.ContainerRuntime;
import io.lembos.runtime.ImageService;
import io.lembos.runtime.cri.v1.ImageFilter;
import io.lembos.runtime.cri.v1.RuntimeCondition;
import io.lembos.runtime.cri.v1.VersionResponse;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/**
 * Joins the parts of the node agent: pods of this node come from the API server, run by one worker each on the runtime,
 * and are reported back; the node itself is registered and keeps beating. Closing it stops the agent and leaves the
 * containers running; the next one takes them over.
 */
public final class Kubelet implements AutoCloseable {
    private final EventRecorder events;
    private final Informer<Pod> pods;
    private final VolumeMounter volumes;
    private final PodWorkers workers;
    private final StaticPods staticPods;
    private final HttpGet http;
    private final PodObserver observer;
    private final Pleg pleg;
    private final LogRotation rotation;
    private final KubeletServer server;
    private final NodeShutdown shutdown;
    private final ImageCollector imageCollector;
    private final Evictions evictions;
    private final NodeStatusReporter node;
    private final LeaseKeeper lease;

    public Kubelet(
            KubeletConfig config,
            NodeSettings settings,
            Client client,
            ContainerRuntime runtime,
            ImageService images,
            Vertx vertx,
            Clock clock)
            throws IOException {
        VersionResponse version = runtime.version();
        events = new EventRecorder(client, clock, "kubelet", config.nodeName());
        observer = new PodObserver(runtime, config.cluster());
        PodStatusComputer statuses =
                new PodStatusComputer(version.getRuntimeName(), config.nodeIp(), new TerminationMessages(config));
        ImagePuller puller = new ImagePuller(images, clock, events, new PullSecrets(client, events));
        http = new HttpGet(vertx, clock);
        ExecAction exec = new ExecAction(runtime);
        Prober prober = new Prober(exec, http, config.nodeIp());
        ContainerStops stops =
                new ContainerStops(runtime, new Hooks(exec, http, clock, config.nodeIp()), events, clock);
        MachineFacts machine = MachineFacts.read(config.directory());
        NodeResources resources = NodeResources.of(machine, config.reserved(), settings.eviction());
        ResourceFields fields = new ResourceFields(resources.allocatable());
        volumes =
                new VolumeMounter(client, clock, fields, !config.cgroupParent().isEmpty());
        CgroupFiles cgroupFiles = CgroupFiles.ofMachine();
        BigDecimal cores = resources.allocatable().get("cpu").getNumericalAmount();
        PodCgroups cgroups = new PodCgroups(cgroupFiles, config.cgroupParent(), cores);
        ContainerResources limits = new ContainerResources(machine.memoryBytes(), cgroupFiles.isUnified());
        NodePressure pressure = new NodePressure();
        shutdown = new NodeShutdown(settings.shutdown(), clock);
        NodeAdmission admission = new NodeAdmission(
                new NodeAdmission.Facts(
                        config.nodeName(),
                        resources.allocatable(),
                        () -> labels(client, config.nodeName()),
                        MachineFacts.hasAppArmor(),
                        runtime.status().getFeatures().getSupplementalGroupsPolicy()),
                pod -> shutdown.judge(pod).or(() -> pressure.judge(pod)));
        PodSizes sizes = new PodSizes(config, admission);
        MirrorUids mirrors = new MirrorUids();
        workers = new PodWorkers(
                prober,
                statuses,
                new StatusWriter(client, mirrors),
                new PodRuntime(
                        runtime,
                        puller,
                        stops,
                        volumes,
                        new Environment(client, fields),
                        cgroups,
                        limits,
                        sizes,
                        events,
                        new RuntimeHandlers(client),
                        config),
                admission,
                sizes,
                events,
                clock,
                config);
        ListOptions mine = ListOptions.fields("spec.nodeName=" + config.nodeName());
        staticPods = new StaticPods(client, clock, config.nodeName(), config.manifests(), workers, mirrors);
        pods = new Informer<>(client, Resources.PODS, mine, clock).addHandler(staticPods);
        pleg = new Pleg(observer, runtime::containerEvents, clock, () -> !workers.isEmpty(), workers::wake);
        rotation = new LogRotation(runtime, config, LogRotation.Limits.DEFAULT, clock, () -> !workers.isEmpty());
        workers.onChange(() -> {
            pleg.wake();
            rotation.wake();
        });
        server = new KubeletServer(
                vertx,
                config,
                new ContainerLogs(config, pods, observer),
                new PodStreams(pods, observer, runtime),
                new NodeStats(runtime, config, clock),
                client,
                clock);
        String runtimeVersion = version.getRuntimeName() + "://" + version.getRuntimeVersion();
        var facts = new NodeStatusReporter.NodeFacts(
                config.nodeName(),
                config.nodeIp(),
                server.port(),
                runtimeVersion,
                config.version(),
                machine,
                resources);
        node = new NodeStatusReporter(
                client,
                clock,
                facts,
                () -> trouble(runtime),
                pressure::findings,
                () -> images.listImages(ImageFilter.getDefaultInstance()));
        Node about = about(config.nodeName());
        NodeSignals signals = new NodeSignals(config.directory(), images);
        imageCollector = new ImageCollector(
                images,
                runtime,
                settings.images(),
                () -> PodImages.of(workers.active()),
                signals::imageDisk,
                events,
                about,
                clock);
        boolean nothingRuns = config.cgroupParent().isEmpty();
        EvictionSettings eviction = settings.eviction();
        evictions = new Evictions(
                nothingRuns ? eviction.withoutThresholds() : eviction,
                new MachineSenses(signals, runtime, config, imageCollector),
                workers,
                pressure,
                events,
                about,
                clock,
                node::reportNow);
        lease = new LeaseKeeper(client, clock, config.nodeName());
    }

    /** Returns when the node is registered and its pods are known. */
    public void start() throws InterruptedException, IOException {
        node.start();
        lease.start();
        pods.start();
        pods.awaitSync();
        staticPods.start();
        workers.removeStrangers(observer, observer.fingerprints().keySet());
        evictions.start();
        imageCollector.start();
    }

    /**
     * The machine goes down: ends the pods in good order, where that is wanted, and returns when they have ended or their time
     * is over. To be closed after that.
     */
    public void shutDown() throws InterruptedException {
        shutdown.run(workers, node::reportNow);
    }

    /** The port that the agent listens on. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        evictions.close();
        imageCollector.close();
        lease.close();
        node.close();
        staticPods.close();
        pods.close();
        pleg.close();
        rotation.close();
        workers.close();
        volumes.close();
        http.close();
        server.close();
        events.close();
    }

    private static Map<String, String> labels(Client client, String node) {
        return client.get(Resources.NODES, ObjectKey.cluster(node))
                .map(n -> n.getMetadata().getLabels())
                .orElse(Map.of());
    }

    /** As events name the node. */
    private static Node about(String name) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withUid(name)
                .endMetadata()
                .build();
    }

    /** Why the node cannot run pods now. */
    private Optional<String> trouble(ContainerRuntime runtime) {
        if (shutdown.hasBegun()) {
            return Optional.of(NodeShutdown.TROUBLE);
        }
        try {
            for (RuntimeCondition condition : runtime.status().getStatus().getConditionsList()) {
                if (!condition.getStatus()) {
                    return Optional.of("container runtime is down: " + condition.getType() + ": "
                            + condition.getReason() + " " + condition.getMessage());
                }
            }
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of("container runtime is down: " + e.getMessage());
        }
    }
}
