package io.lembos.controllers.deployment;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.SystemClock;
import io.lembos.controllers.common.PodStates;
import java.util.concurrent.atomic.AtomicInteger;

/** Watches a rollout change by change: the most replicas that were wanted, the fewest pods that were available. */
final class RolloutWitness implements AutoCloseable {
    private final SystemClock clock = new SystemClock();
    private final Informer<ReplicaSet> sets;
    private final Informer<Pod> pods;
    private final AtomicInteger mostWanted = new AtomicInteger();
    private final AtomicInteger fewestAvailable = new AtomicInteger(Integer.MAX_VALUE);

    RolloutWitness(Client client) throws InterruptedException {
        sets = new Informer<>(client, Resources.REPLICA_SETS, ListOptions.ALL, clock);
        pods = new Informer<>(client, Resources.PODS, ListOptions.ALL, clock);
        sets.start().awaitSync();
        pods.start().awaitSync();
        // Handlers from here on: while the first list comes in, the sums are not yet those of the cluster.
        sets.addHandler(Handler.each(s -> look()));
        pods.addHandler(Handler.each(p -> look()));
    }

    int mostWanted() {
        return mostWanted.get();
    }

    int fewestAvailable() {
        return fewestAvailable.get();
    }

    @Override
    public void close() {
        sets.close();
        pods.close();
        clock.close();
    }

    private void look() {
        int wanted =
                sets.list().stream().mapToInt(s -> s.getSpec().getReplicas()).sum();
        int available = (int) pods.list().stream()
                .filter(p -> PodStates.isActive(p) && PodStates.isReady(p))
                .count();
        mostWanted.accumulateAndGet(wanted, Math::max);
        fewestAvailable.accumulateAndGet(available, Math::min);
    }
}
