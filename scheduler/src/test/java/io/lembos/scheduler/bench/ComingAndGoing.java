package io.lembos.scheduler.bench;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.informer.Handler;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A number of pods each of which is deleted as soon as it has a node, and followed by another. */
final class ComingAndGoing implements Handler<Pod> {
    private final SchedulerCluster cluster;
    private final Pod pod;
    private final Map<String, CompletableFuture<Void>> bound = new ConcurrentHashMap<>();

    ComingAndGoing(SchedulerCluster cluster, Pod pod) {
        this.cluster = cluster;
        this.pod = pod;
    }

    /** @return pods that were scheduled per second */
    double run(int atOnce, Duration time) {
        AtomicInteger scheduled = new AtomicInteger();
        long start = System.nanoTime();
        try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < atOnce; i++) {
                each.execute(() -> {
                    while (System.nanoTime() - start < time.toNanos()) {
                        comeAndGo();
                        scheduled.incrementAndGet();
                    }
                });
            }
        }
        return scheduled.get() / ((System.nanoTime() - start) / 1e9);
    }

    private void comeAndGo() {
        Pod created = cluster.client().create(Resources.PODS, pod);
        String uid = created.getMetadata().getUid();
        waiting(uid).join();
        bound.remove(uid);
        cluster.client().delete(Resources.PODS, ObjectKey.of(created), DeleteOptions.now(uid));
    }

    private CompletableFuture<Void> waiting(String uid) {
        return bound.computeIfAbsent(uid, any -> new CompletableFuture<>());
    }

    @Override
    public void onAdd(Pod added) {
        boolean isOurs =
                added.getMetadata().getNamespace().equals(pod.getMetadata().getNamespace());
        if (isOurs && added.getSpec().getNodeName() != null) {
            waiting(added.getMetadata().getUid()).complete(null);
        }
    }

    @Override
    public void onUpdate(Pod before, Pod after) {
        if (before.getSpec().getNodeName() == null) {
            onAdd(after);
        }
    }

    @Override
    public void onDelete(Pod last) {}
}
