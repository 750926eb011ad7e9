package io.lembos.kubelet.simulated;

import io.fabric8.kubernetes.api.model.Node;
import io.lembos.api.client.Client;
import io.lembos.api.client.Patch;
import io.lembos.api.controller.Reconciler;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import io.lembos.kubelet.node.NodeLeases;
import java.time.Duration;
import java.util.Optional;

/** One heartbeat of a simulated node: renews its Lease, or makes it. */
final class LeaseRenewer implements Reconciler<String> {
    private final Client client;
    private final Clock clock;
    private final Informer<Node> nodes;

    LeaseRenewer(Client client, Clock clock, Informer<Node> nodes) {
        this.client = client;
        this.clock = clock;
        this.nodes = nodes;
    }

    @Override
    public Optional<Duration> reconcile(String name) {
        Optional<Node> node = nodes.get(ObjectKey.cluster(name)).filter(SimulatedNode::speaks);
        if (node.isPresent() && !renew(name)) {
            client.create(Resources.LEASES, NodeLeases.create(name, node, clock.now()));
        }
        return Optional.empty();
    }

    private boolean renew(String name) {
        String body = "{\"spec\":{\"renewTime\":\"" + NodeLeases.micros(clock.now()) + "\"}}";
        try {
            client.patch(Resources.LEASES, NodeLeases.key(name), new Patch.Merge(body), "");
            return true;
        } catch (ApiError e) {
            if (e.is(Reason.NotFound)) {
                return false;
            }
            throw e;
        }
    }
}
