package io.lembos.scheduler.cycle;

import io.lembos.scheduler.cache.Snapshot;
import java.util.HashMap;
import java.util.Map;

/** The {@link Topology} of each key that somebody asks for, shared by all classes of pods. For one thread. */
final class Topologies {
    private final Map<String, Topology> byKey = new HashMap<>();
    private long structure = -1;

    Topology of(String key, Snapshot snapshot) {
        if (snapshot.structure() != structure) {
            byKey.clear();
            structure = snapshot.structure();
        }
        return byKey.computeIfAbsent(key, k -> Topology.of(k, snapshot));
    }
}
