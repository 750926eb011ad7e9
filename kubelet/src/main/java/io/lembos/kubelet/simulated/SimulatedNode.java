package io.lembos.kubelet.simulated;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.api.meta.SimulationAnnotations;
import io.lembos.kubelet.node.NodeConditions;
import io.lembos.kubelet.node.NodeConditions.Finding;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the agent of a simulated node says about it, from the object alone. Pure.
 *
 * <p>The node has what its annotation {@link SimulationAnnotations#CAPACITY} says, else what its status says already, else
 * what is usual.
 */
public final class SimulatedNode {
    /** What a node has of which nobody said anything. */
    public static final Map<String, String> USUAL =
            Map.of("cpu", "4", "memory", "32Gi", "ephemeral-storage", "100Gi", "pods", "110");

    private static final String UNHEARD = "Kubelet stopped posting node status.";

    private SimulatedNode() {}

    /** Whether this cluster plays the node's agent: it is asked to, and no agent listens there. */
    public static boolean is(Node node) {
        Map<String, String> annotations = node.getMetadata().getAnnotations();
        return annotations != null
                && "true".equals(annotations.get(SimulationAnnotations.SIMULATED))
                && !hasAgent(node.getStatus());
    }

    private static boolean hasAgent(NodeStatus status) {
        return status != null
                && status.getDaemonEndpoints() != null
                && status.getDaemonEndpoints().getKubeletEndpoint() != null
                && status.getDaemonEndpoints().getKubeletEndpoint().getPort() > 0;
    }

    /** Whether the agent does anything now: a silent one does not, nor one without an address. */
    static boolean acts(Node node) {
        return speaks(node) && ip(node).isPresent();
    }

    /** Whether the agent is heard of. */
    static boolean speaks(Node node) {
        return is(node) && !NodeFailure.of(node).equals(Optional.of(NodeFailure.SILENT));
    }

    static Optional<String> ip(Node node) {
        return node.getStatus() == null
                ? Optional.empty()
                : node.getStatus().getAddresses().stream()
                        .filter(a -> a.getType().equals("InternalIP"))
                        .map(NodeAddress::getAddress)
                        .findFirst();
    }

    /** Labels that an agent gives its node when nobody has. */
    static Map<String, String> missingLabels(Node node) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("kubernetes.io/hostname", node.getMetadata().getName());
        labels.put("kubernetes.io/os", "linux");
        labels.put("kubernetes.io/arch", "amd64");
        labels.put("node.kubernetes.io/instance-type", "simulated");
        if (node.getMetadata().getLabels() != null) {
            labels.keySet().removeAll(node.getMetadata().getLabels().keySet());
        }
        return labels;
    }

    /**
     * The status that an agent reports.
     *
     * @param capacity what the annotation says
     * @param version of Kubernetes
     */
    static NodeStatus report(Node node, String ip, Map<String, Quantity> capacity, String version, Instant now) {
        NodeStatus before = node.getStatus() == null ? new NodeStatus() : node.getStatus();
        Map<String, Quantity> all = new LinkedHashMap<>();
        USUAL.forEach((name, amount) -> all.put(name, new Quantity(amount)));
        putAll(all, before.getAllocatable());
        putAll(all, before.getCapacity());
        all.putAll(capacity);
        Map<String, Quantity> allocatable = new LinkedHashMap<>(all);
        putAll(allocatable, before.getAllocatable());
        allocatable.putAll(capacity);
        String uid = node.getMetadata().getUid();
        return new NodeStatusBuilder(before)
                .withCapacity(all)
                .withAllocatable(allocatable)
                .withConditions(NodeConditions.of(node.getStatus(), NodeFailure.findings(NodeFailure.of(node)), now))
                .withAddresses(
                        new NodeAddress(ip, "InternalIP"),
                        new NodeAddress(node.getMetadata().getName(), "Hostname"))
                .withNewNodeInfo()
                .withArchitecture(architecture(node))
                .withBootID(uid)
                .withContainerRuntimeVersion("simulated://1.0")
                .withKernelVersion("simulated")
                .withKubeProxyVersion("")
                .withKubeletVersion(version)
                .withMachineID(uid)
                .withOperatingSystem("linux")
                .withOsImage("Lembos simulated node")
                .withSystemUUID(uid)
                .endNodeInfo()
                .build();
    }

    /** The node as it looks when its agent has not been heard of for the duration of its lease. */
    static Node unheard(Node node, Instant now) {
        List<Finding> unknown = List.of("MemoryPressure", "DiskPressure", "PIDPressure", "Ready").stream()
                .map(type -> new Finding(type, "Unknown", "NodeStatusUnknown", UNHEARD))
                .toList();
        List<NodeCondition> conditions = NodeConditions.of(node.getStatus(), unknown, now);
        for (NodeCondition condition : conditions) {
            condition.setLastHeartbeatTime(NodeConditions.find(node.getStatus(), condition.getType())
                    .map(NodeCondition::getLastHeartbeatTime)
                    .orElse(condition.getLastHeartbeatTime()));
        }
        return new NodeBuilder(node)
                .editOrNewStatus()
                .withConditions(conditions)
                .endStatus()
                .build();
    }

    private static String architecture(Node node) {
        Map<String, String> labels = node.getMetadata().getLabels();
        return labels == null ? "amd64" : labels.getOrDefault("kubernetes.io/arch", "amd64");
    }

    private static void putAll(Map<String, Quantity> all, Map<String, Quantity> more) {
        if (more != null) {
            all.putAll(more);
        }
    }
}
