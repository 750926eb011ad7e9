package io.lembos.kubelet.eviction;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a node knows after each look at its resources: which thresholds it is below and since when, what has to be done about
 * it, and which conditions that gives. Immutable; follows kubelet's {@code pkg/kubelet/eviction}.
 *
 * @param since when each threshold was first met, of those that are met now
 * @param seen when each condition last had a cause
 * @param due thresholds whose grace is over, memory first
 * @param conditions that hold: with a cause, or not long without one
 */
public record PressureState(
        Map<Threshold, Instant> since,
        Map<PressureCondition, Instant> seen,
        List<Threshold> due,
        Set<PressureCondition> conditions) {
    public static final PressureState NONE = new PressureState(Map.of(), Map.of(), List.of(), Set.of());

    private static final Comparator<Threshold> MEMORY_FIRST =
            Comparator.comparing(t -> t.signal() != Signal.MEMORY_AVAILABLE);

    /** @param looked what could be measured this time */
    public PressureState next(EvictionSettings settings, Map<Signal, Observation> looked, Instant now) {
        List<Threshold> met = new ArrayList<>();
        for (Threshold threshold : settings.thresholds()) {
            Observation observed = looked.get(threshold.signal());
            boolean wasDue = due.contains(threshold);
            if (observed != null && (threshold.isMet(observed) || wasDue && threshold.isUnresolved(observed))) {
                met.add(threshold);
            }
        }
        Map<Threshold, Instant> metSince = new LinkedHashMap<>();
        met.forEach(t -> metSince.put(t, since.getOrDefault(t, now)));
        Map<PressureCondition, Instant> lastSeen = new EnumMap<>(PressureCondition.class);
        lastSeen.putAll(seen);
        met.forEach(t -> lastSeen.put(t.signal().condition(), now));
        Set<PressureCondition> holding = EnumSet.noneOf(PressureCondition.class);
        lastSeen.forEach((condition, at) -> {
            if (at.equals(now) || Duration.between(at, now).compareTo(settings.transition()) < 0) {
                holding.add(condition);
            }
        });
        List<Threshold> over = met.stream()
                .filter(t -> Duration.between(metSince.get(t), now).compareTo(t.grace()) >= 0)
                .sorted(MEMORY_FIRST)
                .toList();
        return new PressureState(metSince, lastSeen, over, holding);
    }

    /** Whether nothing is short any more once something has been reclaimed. */
    static boolean isRelieved(EvictionSettings settings, Map<Signal, Observation> looked) {
        return settings.thresholds().stream()
                .noneMatch(t -> looked.containsKey(t.signal()) && t.isUnresolved(looked.get(t.signal())));
    }
}
