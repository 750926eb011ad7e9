package io.lembos.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.lembos.kubelet.container.ObservedContainer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How long a container that keeps ending must wait before it is started again: not at all the first time, then 10 s,
 * doubled up to a maximum; one that ran for 10 minutes, or is to run another image, begins anew. Kubernetes' crash-loop
 * back-off.
 *
 * <p>Owned by one pod's worker.
 */
public final class CrashBackOff {
    public static final Duration MAX = Duration.ofMinutes(5);
    static final Duration MIN = Duration.ofSeconds(10);
    private static final Duration FORGIVEN_AFTER = Duration.ofMinutes(10);

    private final Duration max;
    private final Map<String, Entry> entries = new HashMap<>();

    /** @param max of the delay, Kubernetes' own is {@link #MAX} */
    public CrashBackOff(Duration max) {
        this.max = max;
    }

    /**
     * @param crashes ends in a row
     * @param last container that was counted
     */
    private record Entry(int crashes, ObservedContainer last) {}

    /** Counts the end of a container, once. */
    public void countEnd(ObservedContainer ended) {
        Entry before = entries.get(ended.name());
        if (before != null && before.last().id().equals(ended.id())) {
            return;
        }
        int crashes = before == null ? ended.restartCount() : before.crashes();
        boolean another = before != null && !before.last().wantedImage().equals(ended.wantedImage());
        Duration ran = Duration.between(ended.startedAt(), ended.finishedAt());
        boolean anew = another || ran.compareTo(FORGIVEN_AFTER) >= 0;
        entries.put(ended.name(), new Entry(anew ? 1 : crashes + 1, ended));
    }

    /** How long after its end the container may be started again. */
    public Duration delay(Container container) {
        Entry entry = entries.get(container.getName());
        if (entry == null || entry.crashes() <= 1 || entry.last().isOutdated(container.getImage())) {
            return Duration.ZERO;
        }
        Duration first = MIN.compareTo(max) < 0 ? MIN : max;
        Duration delay = first.multipliedBy(1L << Math.min(entry.crashes() - 2, 10));
        return delay.compareTo(max) > 0 ? max : delay;
    }
}
