package io.lembos.scheduler.cycle;

import io.lembos.scheduler.cache.Snapshot;
import java.util.HashMap;
import java.util.Map;

/**
 * The domains of one topology key: which one each node lies in. Immutable; holds while the snapshot's structure does.
 *
 * @param domains by slot; -1 for a node without the key
 * @param count how many domains there are, numbered from 0
 * @param unique whether no two nodes share a domain
 */
record Topology(String key, int[] domains, int count, boolean unique) {

    static Topology of(String key, Snapshot snapshot) {
        Map<String, Integer> numbers = new HashMap<>();
        int[] domains = new int[snapshot.size()];
        int labelled = 0;
        for (int slot = 0; slot < domains.length; slot++) {
            String value = snapshot.node(slot).labels().get(key);
            domains[slot] = value == null ? -1 : numbers.computeIfAbsent(value, v -> numbers.size());
            labelled += value == null ? 0 : 1;
        }
        return new Topology(key, domains, numbers.size(), numbers.size() == labelled);
    }
}
