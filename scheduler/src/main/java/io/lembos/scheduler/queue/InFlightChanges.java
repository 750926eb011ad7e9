package io.lembos.scheduler.queue;

import io.lembos.scheduler.framework.ClusterChange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The changes since the oldest pod in flight was taken: one that is rejected on an old snapshot must not sleep through what
 * would have helped it. Changes that came before every pod in flight are forgotten, and so are the oldest when there are
 * too many, as behind a binding that hangs; a pod that was taken before them is tried again in any case.
 *
 * <p>Guarded by the queue's lock.
 */
final class InFlightChanges {
    private final int capacity;
    private final ArrayDeque<ClusterChange> changes = new ArrayDeque<>();
    /** How many changes had come when each pod was taken, by uid; in this order. */
    private final Map<String, Long> taken = new LinkedHashMap<>();
    /** How many changes have been forgotten: the number of the first that is kept. */
    private long forgotten;

    InFlightChanges(int capacity) {
        this.capacity = capacity;
    }

    void begin(String uid) {
        taken.put(uid, forgotten + changes.size());
    }

    void end(String uid) {
        if (taken.remove(uid) != null) {
            forget();
        }
    }

    void add(ClusterChange change) {
        if (taken.isEmpty()) {
            return;
        }
        changes.add(change);
        if (changes.size() > capacity) {
            changes.remove();
            forgotten++;
        }
    }

    /** What has happened since the pod was taken; empty if nobody knows any more. */
    Optional<List<ClusterChange>> since(String uid) {
        Long start = taken.get(uid);
        if (start == null || start < forgotten) {
            return Optional.empty();
        }
        List<ClusterChange> later = new ArrayList<>();
        Iterator<ClusterChange> fromNewest = changes.descendingIterator();
        for (long number = forgotten + changes.size(); number > start; number--) {
            later.add(fromNewest.next());
        }
        return Optional.of(later);
    }

    /** How many there are of each kind. */
    Map<String, Long> byLabel() {
        return changes.stream().collect(Collectors.groupingBy(ClusterChange::label, Collectors.counting()));
    }

    int size() {
        return changes.size();
    }

    private void forget() {
        long first =
                taken.isEmpty() ? Long.MAX_VALUE : taken.values().iterator().next();
        while (!changes.isEmpty() && forgotten < first) {
            changes.remove();
            forgotten++;
        }
    }
}
