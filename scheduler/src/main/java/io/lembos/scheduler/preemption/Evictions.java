package io.lembos.scheduler.preemption;

import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.preemption.Eviction.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries preemptions out beside the decisions (KEP-4832), each on virtual threads of its own: all victims at once but one,
 * and that one last. Until then the pod that wants their room is <em>under way</em> and must not be tried; after that the
 * end of the last victim brings it back. Bounded by the pods of the cluster.
 *
 * <p>Between the call that ends a victim and the watch event that shows it the victim is <em>leaving</em>: nobody evicts it
 * twice, and who waits for it does not look for others. Safe for all threads.
 */
public final class Evictions {
    private static final Logger LOG = LoggerFactory.getLogger(Evictions.class);

    private final Eviction eviction;
    private final Consumer<ObjectKey> retry;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();
    private final Set<String> leaving = ConcurrentHashMap.newKeySet();

    /** @param retry tries a pod again that nothing else would bring back */
    public Evictions(Eviction eviction, Consumer<ObjectKey> retry) {
        this.eviction = eviction;
        this.retry = retry;
    }

    /** Begins to evict pods from a node for another; those that are ending already are left alone. */
    void begin(PodInfo preemptor, String node, List<PodInfo> victims) {
        List<PodInfo> staying = new ArrayList<>(victims);
        staying.removeIf(victim -> victim.isTerminating() || !leaving.add(victim.uid()));
        if (staying.isEmpty()) {
            return;
        }
        underWay.add(preemptor.uid());
        Thread.ofVirtual().name("preempt-" + preemptor.key()).start(() -> run(preemptor, node, staying));
    }

    boolean isUnderWay(PodInfo preemptor) {
        return underWay.contains(preemptor.uid());
    }

    boolean isLeaving(PodInfo pod) {
        return leaving.contains(pod.uid());
    }

    /** The cache knows now that the pod ends, or that it is not on the node. */
    public void seen(String uid) {
        leaving.remove(uid);
    }

    private void run(PodInfo preemptor, String node, List<PodInfo> victims) {
        List<CompletableFuture<Outcome>> begun = victims.subList(1, victims.size()).stream()
                .map(victim ->
                        CompletableFuture.supplyAsync(() -> evict(victim, preemptor, node), Thread::startVirtualThread))
                .toList();
        boolean failed = begun.stream().map(CompletableFuture::join).anyMatch(o -> o == Outcome.FAILED);
        PodInfo last = victims.getFirst();
        underWay.remove(preemptor.uid());
        if (failed) {
            leaving.remove(last.uid());
        }
        if (failed || evict(last, preemptor, node) != Outcome.LEAVING) {
            retry.accept(preemptor.key());
        }
    }

    private Outcome evict(PodInfo victim, PodInfo preemptor, String node) {
        Outcome outcome;
        try {
            outcome = eviction.run(victim, preemptor, node);
        } catch (RuntimeException e) {
            LOG.warn("{} not evicted for {}: {}", victim.key(), preemptor.key(), e.getMessage());
            outcome = Outcome.FAILED;
        }
        if (outcome != Outcome.LEAVING) {
            leaving.remove(victim.uid());
        }
        return outcome;
    }
}
