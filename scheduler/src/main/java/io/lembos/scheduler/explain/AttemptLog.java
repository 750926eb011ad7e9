package io.lembos.scheduler.explain;

import io.lembos.api.meta.ObjectKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The last attempts: {@value #ATTEMPTS} of each of the {@value #PODS} pods that were tried last. Snapshots share almost
 * everything, so that one costs little to keep. Guarded by its monitor.
 */
public final class AttemptLog {
    private static final int PODS = 1_000;
    private static final int ATTEMPTS = 4;

    private final Map<ObjectKey, List<Attempt>> byPod = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ObjectKey, List<Attempt>> eldest) {
            return size() > PODS;
        }
    };

    public synchronized void add(Attempt attempt) {
        List<Attempt> attempts = byPod.computeIfAbsent(attempt.pod().key(), k -> new ArrayList<>(1));
        if (!attempts.isEmpty()
                && !attempts.getLast().pod().uid().equals(attempt.pod().uid())) {
            attempts.clear();
        }
        if (attempts.size() == ATTEMPTS) {
            attempts.removeFirst();
        }
        attempts.add(attempt);
    }

    /** Oldest first; empty if the pod was not tried, or too long ago. */
    public synchronized List<Attempt> of(ObjectKey pod) {
        return List.copyOf(byPod.getOrDefault(pod, List.of()));
    }
}
