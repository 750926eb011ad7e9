package io.lembos.scheduler.queue;

import io.lembos.api.meta.ObjectKey;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Pods that wait for something to happen, found by who has rejected them: a change costs as much as there are pods whom it
 * concerns. Guarded by the queue's lock.
 */
final class WaitingPods {
    private final Set<QueuedPod> all = new LinkedHashSet<>();
    private final Map<Rejector, Set<QueuedPod>> byRejector = new HashMap<>();
    private final Map<ObjectKey, Set<QueuedPod>> byGroup = new HashMap<>();

    void add(QueuedPod pod) {
        all.add(pod);
        pod.group.ifPresent(group ->
                byGroup.computeIfAbsent(group, g -> new LinkedHashSet<>()).add(pod));
        for (Rejector each : pod.rejectedBy) {
            byRejector.computeIfAbsent(each, r -> new LinkedHashSet<>()).add(pod);
        }
    }

    void remove(QueuedPod pod) {
        all.remove(pod);
        pod.group.ifPresent(group -> byGroup.computeIfPresent(group, (g, pods) -> {
            pods.remove(pod);
            return pods.isEmpty() ? null : pods;
        }));
        for (Rejector each : pod.rejectedBy) {
            byRejector.computeIfPresent(each, (r, pods) -> {
                pods.remove(pod);
                return pods.isEmpty() ? null : pods;
            });
        }
    }

    /** A copy, so that pods may leave meanwhile. */
    List<QueuedPod> rejectedBy(Rejector rejector) {
        return List.copyOf(byRejector.getOrDefault(rejector, Set.of()));
    }

    /** The same, of one group. */
    List<QueuedPod> rejectedBy(Rejector rejector, ObjectKey group) {
        return byGroup.getOrDefault(group, Set.of()).stream()
                .filter(pod -> pod.rejectedBy.contains(rejector))
                .toList();
    }

    /** The one that came first, or null. */
    QueuedPod oldest() {
        return all.isEmpty() ? null : all.iterator().next();
    }

    /** How many each has rejected. */
    List<Rejections> rejections() {
        return byRejector.entrySet().stream()
                .filter(each -> !each.getKey().equals(Rejector.UNKNOWN))
                .map(each -> new Rejections(
                        each.getKey().plugin(),
                        each.getKey().profile(),
                        each.getValue().size()))
                .toList();
    }

    int size() {
        return all.size();
    }
}
