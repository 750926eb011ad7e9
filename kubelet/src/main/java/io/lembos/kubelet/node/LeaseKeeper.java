package io.lembos.kubelet.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.lembos.api.client.Client;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's heartbeat: renews its Lease in {@code kube-node-lease} every ten seconds, a quarter of its duration, as
 * Kubernetes does. One renewal at a time, on the clock's thread.
 */
public final class LeaseKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

    private final Client client;
    private final Clock clock;
    private final String nodeName;
    private volatile boolean closed;

    public LeaseKeeper(Client client, Clock clock, String nodeName) {
        this.client = client;
        this.clock = clock;
        this.nodeName = nodeName;
    }

    public void start() {
        clock.after(Duration.ZERO, this::renew);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void renew() {
        if (closed) {
            return;
        }
        try {
            Optional<Lease> present = client.get(Resources.LEASES, NodeLeases.key(nodeName));
            if (present.isPresent()) {
                client.update(
                        Resources.LEASES,
                        new LeaseBuilder(present.get())
                                .editSpec()
                                .withRenewTime(NodeLeases.time(clock.now()))
                                .endSpec()
                                .build());
            } else {
                create();
            }
        } catch (ApiError e) {
            LOG.warn("Lease of node {} not renewed: {}", nodeName, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("Lease of node {} not renewed", nodeName, e);
        } finally {
            clock.after(NodeLeases.RENEW, this::renew);
        }
    }

    private void create() {
        Optional<Node> node = client.get(Resources.NODES, ObjectKey.cluster(nodeName));
        client.create(Resources.LEASES, NodeLeases.create(nodeName, node, clock.now()));
    }
}
