package io.lembos.scheduler.explain;

import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.cycle.Diagnosis;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The last attempts: {@value #ATTEMPTS} of each of the {@value #PODS} pods that were tried last. Those of the last ten
 * minutes, and not more than {@value #DETAILED} of them, keep the snapshot that they were decided on. Snapshots of one time
 * share almost everything; an old one would hold a whole cluster of nodes that nobody else remembers.
 *
 * <p>Guarded by its monitor.
 */
public final class AttemptLog {
    private static final int PODS = 1_000;
    private static final int ATTEMPTS = 4;
    private static final int DETAILED = 2_000;
    private static final Duration DETAIL_KEPT = Duration.ofMinutes(10);

    private final Map<ObjectKey, List<Attempt>> byPod = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ObjectKey, List<Attempt>> eldest) {
            return size() > PODS;
        }
    };

    /** Those with their snapshots, oldest first. */
    private final Deque<Attempt> detailed = new ArrayDeque<>();

    public synchronized void add(Attempt attempt) {
        ObjectKey key = attempt.pod().key();
        List<Attempt> attempts = byPod.remove(key);
        boolean same = attempts != null
                && attempts.getLast().pod().uid().equals(attempt.pod().uid());
        attempts = same ? attempts : new ArrayList<>(1);
        if (attempts.size() == ATTEMPTS) {
            attempts.removeFirst();
        }
        attempts.add(attempt);
        byPod.put(key, attempts);
        detailed.add(attempt);
        Instant since = attempt.at().minus(DETAIL_KEPT);
        while (detailed.size() > DETAILED || detailed.getFirst().at().isBefore(since)) {
            strip(detailed.removeFirst());
        }
    }

    /** The last attempt found a node that the pod does not go to after all: the others of its group found none. */
    public synchronized void undo(ObjectKey pod, String plugin, String why) {
        List<Attempt> attempts = byPod.get(pod);
        if (attempts != null) {
            Attempt last = attempts.removeLast();
            detailed.removeLastOccurrence(last);
            Attempt undone = last.undone(new Diagnosis(last.nodes(), Map.of(), Set.of(plugin), why, ""));
            attempts.add(undone);
            detailed.add(undone);
        }
    }

    /** Oldest first; empty if the pod was not tried, or too long ago. */
    public synchronized List<Attempt> of(ObjectKey pod) {
        return List.copyOf(byPod.getOrDefault(pod, List.of()));
    }

    private void strip(Attempt old) {
        List<Attempt> attempts = byPod.getOrDefault(old.pod().key(), new ArrayList<>(0));
        attempts.replaceAll(each -> each == old ? old.withoutDetail() : each);
    }
}
