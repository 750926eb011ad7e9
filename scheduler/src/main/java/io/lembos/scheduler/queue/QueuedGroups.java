package io.lembos.scheduler.queue;

import io.lembos.api.meta.ObjectKey;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The queue's pods by the PodGroup with which they are scheduled. Guarded by the queue's lock. */
final class QueuedGroups {
    /** In which the members of a group are tried: as kube-scheduler does it. */
    private static final Comparator<QueuedPod> ORDER = Comparator.<QueuedPod>comparingInt(each -> -each.pod.priority())
            .thenComparingLong(each -> each.enteredNanos)
            .thenComparingLong(each -> each.sequence);

    private final Map<ObjectKey, Set<QueuedPod>> byGroup = new HashMap<>();

    void add(QueuedPod pod) {
        pod.group.ifPresent(group ->
                byGroup.computeIfAbsent(group, g -> new LinkedHashSet<>()).add(pod));
    }

    void remove(QueuedPod pod) {
        pod.group.ifPresent(group -> byGroup.computeIfPresent(group, (g, pods) -> {
            pods.remove(pod);
            return pods.isEmpty() ? null : pods;
        }));
    }

    /** A copy, in no order. */
    List<QueuedPod> of(ObjectKey group) {
        return List.copyOf(byGroup.getOrDefault(group, Set.of()));
    }

    static List<QueuedPod> inOrder(List<QueuedPod> members) {
        return members.stream().sorted(ORDER).toList();
    }
}
