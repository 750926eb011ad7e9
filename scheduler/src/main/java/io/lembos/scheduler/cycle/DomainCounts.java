package io.lembos.scheduler.cycle;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import io.lembos.scheduler.framework.Tally;
import java.util.BitSet;
import java.util.TreeMap;

/**
 * A {@link Tally}, counted once and then kept as pods come and go. Belongs to one {@link EquivalenceClass} and its thread.
 */
final class DomainCounts {
    private final Tally tally;
    private final Topology topology;
    private final BitSet countedSlots = new BitSet();
    private final BitSet existing = new BitSet();
    private final long[] sums;
    /** How many domains that exist have which sum. */
    private final TreeMap<Long, Integer> histogram = new TreeMap<>();

    DomainCounts(Tally tally, Topology topology, Snapshot snapshot) {
        this.tally = tally;
        this.topology = topology;
        sums = new long[topology.count()];
        for (int slot = 0; slot < snapshot.size(); slot++) {
            NodeInfo node = snapshot.node(slot);
            int domain = topology.domains()[slot];
            if (domain >= 0 && tally.counted().test(node)) {
                countedSlots.set(slot);
                existing.set(domain);
                for (PodInfo pod : node.pods().values()) {
                    sums[domain] += tally.weight().applyAsLong(pod);
                }
            }
        }
        existing.stream().forEach(domain -> histogram.merge(sums[domain], 1, Integer::sum));
    }

    Topology topology() {
        return topology;
    }

    /** Takes over that a pod left a node, or came to it. Either may be null. */
    void change(int slot, PodInfo removed, PodInfo added) {
        if (!countedSlots.get(slot)) {
            return;
        }
        long difference = (added == null ? 0 : tally.weight().applyAsLong(added))
                - (removed == null ? 0 : tally.weight().applyAsLong(removed));
        if (difference != 0) {
            int domain = topology.domains()[slot];
            histogram.merge(sums[domain], -1, (a, b) -> a + b == 0 ? null : a + b);
            sums[domain] += difference;
            histogram.merge(sums[domain], 1, Integer::sum);
        }
    }

    long sum(int domain) {
        return sums[domain];
    }

    int domains() {
        return existing.cardinality();
    }

    long least() {
        return histogram.isEmpty() ? 0 : histogram.firstKey();
    }

    long greatest() {
        return histogram.isEmpty() ? 0 : histogram.lastKey();
    }

    boolean isPerNode() {
        return tally.isPerNode();
    }
}
