package io.lembos.scheduler.cycle;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.framework.Tallies;
import java.util.ArrayList;
import java.util.List;

/**
 * Which number stands where in a {@link CellKey}: first, for each topology key whose domains hold several nodes, the domain;
 * then, for each tally whose domains are single nodes, its sum there; then the scores that are normalised later.
 */
final class CellLayout {
    /** Where a tally has no domain. */
    private static final long NONE = Long.MIN_VALUE;

    private final List<DomainCounts> counts;
    private final List<Topology> shared = new ArrayList<>();
    /** By tally. */
    private final int[] partOf;

    private final int firstScore;
    private final int size;

    CellLayout(List<DomainCounts> counts, int scores) {
        this.counts = counts;
        partOf = new int[counts.size()];
        for (int t = 0; t < partOf.length; t++) {
            Topology topology = counts.get(t).topology();
            if (!topology.unique()) {
                if (!shared.contains(topology)) {
                    shared.add(topology);
                }
                partOf[t] = shared.indexOf(topology);
            }
        }
        int next = shared.size();
        for (int t = 0; t < partOf.length; t++) {
            if (counts.get(t).topology().unique()) {
                partOf[t] = next++;
            }
        }
        firstScore = next;
        size = next + scores;
    }

    CellKey key(int slot, NodeInfo node, List<PodRules.Scorer> scorers) {
        long[] parts = new long[size];
        for (int i = 0; i < shared.size(); i++) {
            parts[i] = shared.get(i).domains()[slot];
        }
        for (int t = 0; t < partOf.length; t++) {
            Topology topology = counts.get(t).topology();
            if (topology.unique()) {
                int domain = topology.domains()[slot];
                parts[partOf[t]] = domain < 0 ? NONE : counts.get(t).sum(domain);
            }
        }
        for (int s = firstScore; s < size; s++) {
            parts[s] = scorers.get(s - firstScore).scorer().score(node);
        }
        return new CellKey(parts);
    }

    long score(CellKey key, int scorer) {
        return key.part(firstScore + scorer);
    }

    boolean has(CellKey key, int tally) {
        long part = key.part(partOf[tally]);
        return isUnique(tally) ? part != NONE : part >= 0;
    }

    boolean isUnique(int tally) {
        return counts.get(tally).topology().unique();
    }

    boolean isPerNode(int tally) {
        return counts.get(tally).isPerNode();
    }

    /** The number of the domain; meaningless for a tally whose domains are single nodes. */
    long domain(CellKey key, int tally) {
        return key.part(partOf[tally]);
    }

    /** What a plugin's tallies say at the nodes of a cell. */
    Tallies tallies(CellKey key, int first) {
        return new InCell(key, first);
    }

    private final class InCell implements Tallies {
        private final CellKey key;
        private final int first;

        InCell(CellKey key, int first) {
            this.key = key;
            this.first = first;
        }

        @Override
        public boolean has(int tally) {
            return CellLayout.this.has(key, first + tally);
        }

        @Override
        public long here(int tally) {
            if (!has(tally)) {
                return 0;
            }
            long part = key.part(partOf[first + tally]);
            return isUnique(first + tally) ? part : counts.get(first + tally).sum((int) part);
        }

        @Override
        public long least(int tally) {
            return counts.get(first + tally).least();
        }

        @Override
        public int domains(int tally) {
            return counts.get(first + tally).domains();
        }

        @Override
        public long greatest(int tally) {
            return counts.get(first + tally).greatest();
        }
    }
}
