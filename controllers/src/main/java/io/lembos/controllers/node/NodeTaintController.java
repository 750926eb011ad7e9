package io.lembos.controllers.node;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.lembos.api.client.Client;
import io.lembos.api.controller.Workers;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.queue.WorkQueue;
import io.lembos.api.time.Clock;
import io.lembos.controllers.Controller;
import io.lembos.controllers.common.Informers;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Taints nodes that say that they run short of memory, disk or process numbers, so that the scheduler sends them no pods which
 * they would only refuse; takes the taint back when they are well.
 */
public final class NodeTaintController implements Controller {
    private final Client client;
    private final Clock clock;
    private final Informer<Node> nodes;
    private final WorkQueue<String> queue;
    private final Workers<String> workers;

    public NodeTaintController(Client client, Informers informers, Clock clock) {
        this.client = client;
        this.clock = clock;
        nodes = informers.nodes;
        queue = new WorkQueue<>(clock);
        workers = new Workers<>(name(), queue, this::reconcile);
        nodes.addHandler(Handler.each(this::look));
    }

    @Override
    public String name() {
        return "node-taint-controller";
    }

    @Override
    public void start() {
        workers.start(1);
    }

    @Override
    public void close() {
        workers.close();
    }

    /** Heartbeats change nothing, and there are many. */
    private void look(Node node) {
        if (PressureTaints.missing(node, "").isPresent()) {
            queue.add(node.getMetadata().getName());
        }
    }

    private Optional<Duration> reconcile(String name) {
        Optional<Node> node = nodes.get(ObjectKey.cluster(name));
        String now = clock.now().truncatedTo(ChronoUnit.SECONDS).toString();
        node.flatMap(n -> PressureTaints.missing(n, now))
                .ifPresent(taints -> client.update(
                        Resources.NODES,
                        new NodeBuilder(node.get())
                                .editOrNewSpec()
                                .withTaints(taints)
                                .endSpec()
                                .build()));
        return Optional.empty();
    }
}
