package io.lembos.kubelet.simulated;

import io.fabric8.kubernetes.api.model.Node;
import io.lembos.api.meta.SimulationAnnotations;
import io.lembos.kubelet.node.NodeConditions.Finding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A way in which a simulated node fails, named in its annotation {@link SimulationAnnotations#FAILURE}. */
public enum NodeFailure {
    /** The agent lives, renews its lease and says that it cannot run pods. */
    NOT_READY("not-ready", Finding.notReady("simulated failure: the container runtime is down")),
    /** Nothing is heard of the agent any more: no lease, no status, nothing happens to pods. */
    SILENT("silent"),
    DISK_PRESSURE("disk-pressure", Finding.diskPressure()),
    MEMORY_PRESSURE("memory-pressure", Finding.memoryPressure()),
    PID_PRESSURE("pid-pressure", Finding.pidPressure()),
    /** Other nodes cannot be reached from it. */
    NETWORK(
            "network",
            Finding.holds("NetworkUnavailable", "NoRouteCreated", "simulated failure: no route leads to this node"),
            Finding.notReady("container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady"
                    + " message:simulated failure: the network is down"));

    private static final List<Finding> WELL = List.of(
            Finding.fails("NetworkUnavailable", "RouteCreated", "the simulated network reaches this node"),
            Finding.noMemoryPressure(),
            Finding.noDiskPressure(),
            Finding.noPidPressure(),
            Finding.ready());

    private final String word;
    private final List<Finding> findings;

    NodeFailure(String word, Finding... findings) {
        this.word = word;
        this.findings = List.of(findings);
    }

    /** As annotations and the command line spell it. */
    public String word() {
        return word;
    }

    /** All of them, as they are spelled. */
    public static List<String> words() {
        return Arrays.stream(values()).map(NodeFailure::word).toList();
    }

    public static Optional<NodeFailure> byWord(String word) {
        return Arrays.stream(values()).filter(f -> f.word.equals(word)).findFirst();
    }

    /** How a node fails; empty while it is well, or when its annotation names nothing known. */
    public static Optional<NodeFailure> of(Node node) {
        return annotation(node).flatMap(NodeFailure::byWord);
    }

    /** What a node's annotation says, known or not. */
    static Optional<String> annotation(Node node) {
        Map<String, String> annotations = node.getMetadata().getAnnotations();
        return Optional.ofNullable(annotations).map(a -> a.get(SimulationAnnotations.FAILURE));
    }

    /** What an agent says of its node's conditions. */
    static List<Finding> findings(Optional<NodeFailure> failure) {
        List<Finding> findings = new ArrayList<>(WELL);
        for (Finding bad : failure.map(f -> f.findings).orElse(List.of())) {
            findings.replaceAll(good -> good.type().equals(bad.type()) ? bad : good);
        }
        return findings;
    }
}
