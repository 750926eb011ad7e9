package io.lembos.kubelet.pod;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * How long a container that keeps ending must wait before it is started again: not at all the first time, then 10 s,
 * doubled up to 5 minutes; a container that ran for 10 minutes begins anew. Kubernetes' crash-loop back-off.
 *
 * <p>Owned by one pod's worker.
 */
public final class CrashBackOff {
    static final Duration MIN = Duration.ofSeconds(10);
    static final Duration MAX = Duration.ofMinutes(5);
    private static final Duration FORGIVEN_AFTER = Duration.ofMinutes(10);

    private final Map<String, Entry> entries = new HashMap<>();

    /**
     * @param crashes ends in a row
     * @param counted id of the last container that was counted
     */
    private record Entry(int crashes, String counted) {}

    /** Counts an end, once for each container id. */
    public void countEnd(String container, String id, int restartCount, Instant started, Instant finished) {
        Entry before = entries.get(container);
        if (before != null && before.counted().equals(id)) {
            return;
        }
        int crashes = before == null ? restartCount : before.crashes();
        boolean forgiven = Duration.between(started, finished).compareTo(FORGIVEN_AFTER) >= 0;
        entries.put(container, new Entry(forgiven ? 1 : crashes + 1, id));
    }

    /** How long after its end the container may be started again. */
    public Duration delay(String container) {
        Entry entry = entries.get(container);
        if (entry == null || entry.crashes() <= 1) {
            return Duration.ZERO;
        }
        Duration delay = MIN.multipliedBy(1L << Math.min(entry.crashes() - 2, 10));
        return delay.compareTo(MAX) > 0 ? MAX : delay;
    }
}
