package io.lembos.scheduler.framework;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.Snapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@link Tally}s counted over all pods of a snapshot. Judges also nodes in another state than the snapshot's, as when pods
 * were gone from one: the rest of the cluster is taken as it is. For one thread.
 */
final class CountedDomains {
    private final List<Tally> tallies;
    /** Counted when first asked for. */
    private final Domains[] counts;

    private final Snapshot snapshot;

    CountedDomains(List<Tally> tallies, Snapshot snapshot) {
        this.tallies = tallies;
        this.snapshot = snapshot;
        counts = new Domains[tallies.size()];
    }

    private Domains counted(int tally) {
        if (counts[tally] == null) {
            counts[tally] = Domains.of(tallies.get(tally), snapshot);
        }
        return counts[tally];
    }

    Tallies at(NodeInfo node) {
        return new AtNode(node, snapshot.node(node.name()).orElse(node));
    }

    /** How many domains of each tally these nodes lie in; to lie in none counts as one domain more. */
    int[] among(List<NodeInfo> nodes) {
        int[] numbers = new int[tallies.size()];
        for (int t = 0; t < numbers.length; t++) {
            String key = tallies.get(t).topologyKey();
            numbers[t] = tallies.get(t).isPerNode()
                    ? nodes.size()
                    : (int) nodes.stream()
                            .map(n -> n.labels().get(key))
                            .distinct()
                            .count();
        }
        return numbers;
    }

    private static long own(Tally tally, NodeInfo node) {
        if (!tally.counted().test(node)) {
            return 0;
        }
        long sum = 0;
        for (PodInfo pod : node.pods().values()) {
            sum += tally.weight().applyAsLong(pod);
        }
        return sum;
    }

    /** One tally: the sum of each domain, the two least and the two greatest of them. */
    private record Domains(Map<String, Long> sums, Extreme least, Extreme greatest) {
        private record Extreme(String domain, long sum, long next) {}

        static Domains of(Tally tally, Snapshot snapshot) {
            Map<String, Long> sums = new HashMap<>();
            for (NodeInfo node : snapshot) {
                String value = node.labels().get(tally.topologyKey());
                if (value != null && tally.counted().test(node)) {
                    sums.merge(value, own(tally, node), Long::sum);
                }
            }
            return new Domains(sums, extreme(sums, 1), extreme(sums, -1));
        }

        private static Extreme extreme(Map<String, Long> sums, int sign) {
            Extreme found = new Extreme(null, Long.MAX_VALUE, Long.MAX_VALUE);
            for (Map.Entry<String, Long> each : sums.entrySet()) {
                long sum = sign * each.getValue();
                if (sum < found.sum) {
                    found = new Extreme(each.getKey(), sum, found.sum);
                } else if (sum < found.next) {
                    found = new Extreme(found.domain, found.sum, sum);
                }
            }
            return found;
        }

        /** The least of all sums, the domain's own being another one now. */
        long least(String domain, long changed) {
            return sums.containsKey(domain)
                    ? Math.min(changed, domain.equals(least.domain) ? least.next : least.sum)
                    : sums.isEmpty() ? 0 : least.sum;
        }

        long greatest(String domain, long changed) {
            return sums.containsKey(domain)
                    ? Math.max(changed, -(domain.equals(greatest.domain) ? greatest.next : greatest.sum))
                    : sums.isEmpty() ? 0 : -greatest.sum;
        }
    }

    /** @param known the node as the snapshot has it */
    private final class AtNode implements Tallies {
        private final NodeInfo node;
        private final NodeInfo known;

        AtNode(NodeInfo node, NodeInfo known) {
            this.node = node;
            this.known = known;
        }

        @Override
        public boolean has(int tally) {
            return domain(tally) != null;
        }

        @Override
        public long here(int tally) {
            String domain = domain(tally);
            if (domain == null) {
                return 0;
            }
            long sum = counted(tally).sums().getOrDefault(domain, 0L);
            return node == known ? sum : sum + own(tallies.get(tally), node) - own(tallies.get(tally), known);
        }

        @Override
        public long least(int tally) {
            return counted(tally).least(domain(tally), here(tally));
        }

        @Override
        public long greatest(int tally) {
            return counted(tally).greatest(domain(tally), here(tally));
        }

        @Override
        public int domains(int tally) {
            return counted(tally).sums().size();
        }

        private String domain(int tally) {
            return node.labels().get(tallies.get(tally).topologyKey());
        }
    }
}
