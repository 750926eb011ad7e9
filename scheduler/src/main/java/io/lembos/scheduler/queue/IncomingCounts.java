package io.lembos.scheduler.queue;

import io.lembos.scheduler.queue.QueuedPod.Where;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** How many pods have come into which part of the queue, and why. Guarded by the queue's lock. */
final class IncomingCounts {
    private final Map<Where, Map<String, Long>> counts = new EnumMap<>(Where.class);

    void add(Where where, String event) {
        counts.computeIfAbsent(where, w -> new HashMap<>()).merge(event, 1L, Long::sum);
    }

    Map<Incoming, Long> all() {
        Map<Incoming, Long> all = new HashMap<>();
        counts.forEach((where, events) -> events.forEach((event, count) ->
                all.put(new Incoming(where.name().toLowerCase(Locale.ROOT), event), count)));
        return Map.copyOf(all);
    }
}
