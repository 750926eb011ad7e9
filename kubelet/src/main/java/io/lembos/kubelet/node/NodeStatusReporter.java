package io.lembos.kubelet.node;

import io.fabric8.kubernetes.api.model.ContainerImage;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.lembos.api.client.Client;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import io.lembos.kubelet.node.NodeConditions.Finding;
import io.lembos.runtime.ContainerRuntimeException;
import io.lembos.runtime.cri.v1.Image;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registers the node and keeps its status true: written at once when something changed, otherwise every five minutes, as
 * Kubernetes' kubelet does. Looks every ten seconds and when told to; one report at a time, guarded by this object's monitor.
 */
public final class NodeStatusReporter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeStatusReporter.class);
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration REPORT = Duration.ofMinutes(5);

    private final Client client;
    private final Clock clock;
    private final NodeFacts facts;
    private final Supplier<Optional<String>> trouble;
    private final Supplier<List<Finding>> pressure;
    private final Supplier<List<Image>> images;
    private volatile boolean closed;
    private long reportedNanos;

    /**
     * What does not change while the agent runs.
     *
     * @param kubeletPort where the agent listens
     * @param runtime name and version, for example {@code containerd://1.6.20}
     */
    public record NodeFacts(
            String name,
            String ip,
            int kubeletPort,
            String runtime,
            String kubeletVersion,
            MachineFacts machine,
            NodeResources resources) {}

    /**
     * @param trouble why the node is not ready, empty when it is
     * @param pressure what it runs short of, and what not
     * @param images that are there
     */
    public NodeStatusReporter(
            Client client,
            Clock clock,
            NodeFacts facts,
            Supplier<Optional<String>> trouble,
            Supplier<List<Finding>> pressure,
            Supplier<List<Image>> images) {
        this.client = client;
        this.clock = clock;
        this.facts = facts;
        this.trouble = trouble;
        this.pressure = pressure;
        this.images = images;
    }

    /** Registers the node, reports it for the first time, and goes on reporting. */
    public void start() {
        register();
        report(true);
        clock.after(LOOK, this::look);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void look() {
        if (closed) {
            return;
        }
        try {
            reportNow();
        } finally {
            clock.after(LOOK, this::look);
        }
    }

    /** Something may have changed. */
    public void reportNow() {
        try {
            report(false);
        } catch (RuntimeException e) {
            LOG.warn("Status of node {} not written: {}", facts.name(), e.getMessage());
        }
    }

    private void register() {
        Node node = new NodeBuilder()
                .withNewMetadata()
                .withName(facts.name())
                .withLabels(labels())
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .build();
        try {
            client.create(Resources.NODES, node);
        } catch (ApiError e) {
            if (!e.is(Reason.AlreadyExists)) {
                throw e;
            }
        }
    }

    private Map<String, String> labels() {
        return Map.of(
                "kubernetes.io/hostname",
                facts.name(),
                "kubernetes.io/os",
                "linux",
                "kubernetes.io/arch",
                facts.machine().architecture(),
                "node-role.kubernetes.io/control-plane",
                "");
    }

    private synchronized void report(boolean always) {
        Optional<Node> present = client.get(Resources.NODES, ObjectKey.cluster(facts.name()));
        if (present.isEmpty()) {
            register();
            return;
        }
        NodeStatus before = present.get().getStatus();
        NodeStatus status = status(before);
        boolean isOld = clock.nanoTime() - reportedNanos > REPORT.toNanos();
        if (always || isOld || !NodeConditions.sameButForHeartbeats(before, status)) {
            try {
                client.updateStatus(
                        Resources.NODES,
                        new NodeBuilder(present.get()).withStatus(status).build());
                reportedNanos = clock.nanoTime();
            } catch (ApiError e) {
                if (!e.is(Reason.Conflict)) {
                    throw e;
                }
            }
        }
    }

    private NodeStatus status(NodeStatus before) {
        MachineFacts machine = facts.machine();
        return new NodeStatusBuilder()
                .withCapacity(facts.resources().capacity())
                .withAllocatable(facts.resources().allocatable())
                .withConditions(NodeConditions.of(before, findings(), clock.now()))
                .withAddresses(new NodeAddress(facts.ip(), "InternalIP"), new NodeAddress(facts.name(), "Hostname"))
                .withNewDaemonEndpoints()
                .withNewKubeletEndpoint(facts.kubeletPort())
                .endDaemonEndpoints()
                .withNewNodeInfo()
                .withArchitecture(machine.architecture())
                .withBootID(machine.bootId())
                .withContainerRuntimeVersion(facts.runtime())
                .withKernelVersion(machine.kernelVersion())
                .withKubeProxyVersion("")
                .withKubeletVersion(facts.kubeletVersion())
                .withMachineID(machine.machineId())
                .withOperatingSystem("linux")
                .withOsImage(machine.osImage())
                .withSystemUUID(machine.machineId())
                .endNodeInfo()
                .withImages(images(before))
                .build();
    }

    /** As they were while the runtime does not answer. */
    private List<ContainerImage> images(NodeStatus before) {
        try {
            return NodeImages.of(images.get());
        } catch (ContainerRuntimeException e) {
            return before == null ? List.of() : before.getImages();
        }
    }

    private List<Finding> findings() {
        List<Finding> findings = new ArrayList<>(pressure.get());
        findings.add(trouble.get().map(Finding::notReady).orElseGet(Finding::ready));
        return findings;
    }
}
