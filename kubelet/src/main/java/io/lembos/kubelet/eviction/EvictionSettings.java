package io.lembos.kubelet.eviction;

import java.time.Duration;
import java.util.List;

/**
 * When a node sends pods away.
 *
 * @param transition how long after its cause a condition of the node still holds
 * @param maxPodGrace what pods get to end when a soft threshold is met
 */
public record EvictionSettings(List<Threshold> thresholds, Duration transition, Duration maxPodGrace) {
    /** Kubernetes' own. */
    public static final EvictionSettings DEFAULT = new EvictionSettings(
            List.of(
                    Threshold.hard(Signal.MEMORY_AVAILABLE, "100Mi"),
                    Threshold.hard(Signal.NODE_DISK_AVAILABLE, "10%"),
                    Threshold.hard(Signal.NODE_INODES_FREE, "5%"),
                    Threshold.hard(Signal.IMAGE_DISK_AVAILABLE, "15%"),
                    Threshold.hard(Signal.IMAGE_INODES_FREE, "5%")),
            Duration.ofMinutes(5),
            Duration.ZERO);

    public EvictionSettings {
        thresholds = List.copyOf(thresholds);
    }

    /** For a node on which nothing really runs: only the pods' own limits count. */
    public EvictionSettings withoutThresholds() {
        return new EvictionSettings(List.of(), transition, maxPodGrace);
    }

    /** How much of what the node has no pod may ask for, because it would be evicted for it. */
    public long keptFree(Signal signal, long capacity) {
        return thresholds.stream()
                .filter(t -> t.signal() == signal && t.isHard())
                .mapToLong(t -> t.value().of(capacity))
                .max()
                .orElse(0);
    }
}
