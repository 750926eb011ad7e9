package io.lembos.kubelet.simulated;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.lembos.api.client.Client;
import io.lembos.api.client.Patch;
import io.lembos.api.controller.Reconciler;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.meta.SimulationAnnotations;
import io.lembos.api.time.Clock;
import io.lembos.kubelet.node.NodeConditions;
import io.lembos.kubelet.node.NodeLeases;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps the status of a simulated node what its agent would report: written at once when it changes, otherwise about every
 * five minutes, as Kubernetes' kubelet does. A silent agent reports nothing; when its lease has run out, its conditions
 * become unknown, which in Kubernetes the node lifecycle controller sees to.
 */
final class NodeReconciler implements Reconciler<String> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration REPORT = Duration.ofMinutes(5);
    /** By so much nodes differ, so that thousands that began together do not go on reporting together. */
    private static final int SPREAD_SECONDS = 60;

    private final Client client;
    private final Clock clock;
    private final EventRecorder events;
    private final Informer<Node> nodes;
    private final Addresses addresses;
    private final String version;

    /**
     * @param addresses for nodes
     * @param version of Kubernetes that the agents claim to be
     */
    NodeReconciler(
            Client client,
            Clock clock,
            EventRecorder events,
            Informer<Node> nodes,
            Addresses addresses,
            String version) {
        this.client = client;
        this.clock = clock;
        this.events = events;
        this.nodes = nodes;
        this.addresses = addresses;
        this.version = version;
    }

    @Override
    public Optional<Duration> reconcile(String name) {
        Optional<Node> node = nodes.get(ObjectKey.cluster(name)).filter(SimulatedNode::is);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        return SimulatedNode.speaks(node.get()) ? report(node.get()) : fallSilent(node.get());
    }

    private Optional<Duration> report(Node node) {
        Map<String, String> labels = SimulatedNode.missingLabels(node);
        if (!labels.isEmpty()) {
            label(node, labels);
            return Optional.empty(); // Comes back with the change.
        }
        CapacityAnnotation capacity = CapacityAnnotation.of(node);
        Optional<String> borne = SimulatedNode.ip(node);
        String ip = borne.orElseGet(addresses::take);
        NodeStatus status = SimulatedNode.report(node, ip, capacity.amounts(), version, clock.now());
        Duration period =
                REPORT.minusSeconds(Math.floorMod(node.getMetadata().getName().hashCode(), SPREAD_SECONDS));
        Duration left = period.minus(sinceReport(node));
        if (!left.isNegative() && NodeConditions.sameButForHeartbeats(node.getStatus(), status)) {
            return Optional.of(left.plusMillis(1));
        }
        capacity.problem().ifPresent(p -> warn(node, SimulationAnnotations.CAPACITY, p));
        tellUnknownFailure(node);
        boolean written = false;
        try {
            client.updateStatus(
                    Resources.NODES, new NodeBuilder(node).withStatus(status).build());
            written = true;
        } finally {
            if (!written && borne.isEmpty()) {
                addresses.free(ip);
            }
        }
        return Optional.of(period);
    }

    private Optional<Duration> fallSilent(Node node) {
        Instant now = clock.now();
        Optional<Lease> lease =
                client.get(Resources.LEASES, NodeLeases.key(node.getMetadata().getName()));
        Instant end = lease.map(l -> l.getSpec().getRenewTime().toInstant().plus(NodeLeases.DURATION))
                .orElse(now);
        if (now.isBefore(end)) {
            return Optional.of(Duration.between(now, end));
        }
        Node unheard = SimulatedNode.unheard(node, now);
        if (!NodeConditions.sameButForHeartbeats(node.getStatus(), unheard.getStatus())) {
            client.updateStatus(Resources.NODES, unheard);
        }
        return Optional.empty();
    }

    private void label(Node node, Map<String, String> labels) {
        ObjectNode patch = JSON.createObjectNode();
        ObjectNode added = patch.putObject("metadata").putObject("labels");
        labels.forEach(added::put);
        client.patch(Resources.NODES, ObjectKey.of(node), new Patch.Merge(patch.toString()), "");
    }

    private Duration sinceReport(Node node) {
        return NodeConditions.find(node.getStatus(), "Ready")
                .map(NodeCondition::getLastHeartbeatTime)
                .map(t -> Duration.between(Instant.parse(t), clock.now()))
                .orElse(REPORT.multipliedBy(2));
    }

    private void tellUnknownFailure(Node node) {
        NodeFailure.annotation(node)
                .filter(word -> NodeFailure.byWord(word).isEmpty())
                .ifPresent(word -> warn(
                        node,
                        SimulationAnnotations.FAILURE,
                        "\"" + word + "\" is not one of " + String.join(", ", NodeFailure.words())
                                + "; the node is well"));
    }

    private void warn(Node node, String annotation, String problem) {
        events.warning(node, "InvalidSimulation", "annotation " + annotation + ": " + problem);
    }
}
