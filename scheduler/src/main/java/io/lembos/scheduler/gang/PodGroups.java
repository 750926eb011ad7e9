package io.lembos.scheduler.gang;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.scheduling.v1alpha2.GangSchedulingPolicy;
import io.fabric8.kubernetes.api.model.scheduling.v1alpha2.PodGroup;
import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.cache.PodInfo;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The PodGroups of the cluster and their pods, as the watches say. A pod may come before its group.
 *
 * <p>Bounded by the pods and groups of the cluster. Guarded by its monitor; calls nobody, so that it may be asked under any
 * lock.
 */
public final class PodGroups {
    private final Map<ObjectKey, PodGroup> groups = new HashMap<>();
    private final Map<ObjectKey, Members> members = new HashMap<>();

    /** Uids of pods that have not ended. */
    private record Members(Set<String> all, Set<String> placed) {
        Members() {
            this(new HashSet<>(), new HashSet<>());
        }
    }

    /**
     * How a group stands.
     *
     * @param minCount how many pods must find room at once; 0 if the group is no gang
     * @param pods how many there are
     * @param placed how many of those have a node, by the watch or by a decision
     */
    public record Standing(int minCount, int pods, int placed) {
        /** Whether enough pods are there to try it. */
        public boolean isComplete() {
            return pods >= minCount;
        }
    }

    public synchronized void put(PodGroup group) {
        groups.put(ObjectKey.of(group), group);
    }

    public synchronized void remove(ObjectKey group) {
        groups.remove(group);
    }

    /** Takes over what the watch says of a pod that is there. */
    public synchronized void put(Pod pod) {
        PodInfo.group(pod).ifPresent(key -> {
            Members known = members.computeIfAbsent(key, k -> new Members());
            String uid = pod.getMetadata().getUid();
            known.all.add(uid);
            String node = pod.getSpec().getNodeName();
            if (node != null && !node.isEmpty()) {
                known.placed.add(uid);
            }
        });
    }

    /** The pod is gone, or has ended. */
    public synchronized void remove(Pod pod) {
        PodInfo.group(pod)
                .ifPresent(key -> members.computeIfPresent(key, (k, known) -> {
                    known.all.remove(pod.getMetadata().getUid());
                    known.placed.remove(pod.getMetadata().getUid());
                    return known.all.isEmpty() ? null : known;
                }));
    }

    /** A node has been decided for a pod of a group, and nobody has confirmed it yet. */
    public synchronized void placed(PodInfo pod) {
        pod.group()
                .map(members::get)
                .filter(known -> known.all.contains(pod.uid()))
                .ifPresent(known -> known.placed.add(pod.uid()));
    }

    /** The pod does not come to its node. */
    public synchronized void displaced(PodInfo pod) {
        pod.group().map(members::get).ifPresent(known -> known.placed.remove(pod.uid()));
    }

    public synchronized Optional<PodGroup> get(ObjectKey group) {
        return Optional.ofNullable(groups.get(group));
    }

    /** Empty if there is no such group (yet). */
    public synchronized Optional<Standing> standing(ObjectKey group) {
        PodGroup known = groups.get(group);
        if (known == null) {
            return Optional.empty();
        }
        Members pods = members.get(group);
        return Optional.of(new Standing(
                minCount(known), pods == null ? 0 : pods.all.size(), pods == null ? 0 : pods.placed.size()));
    }

    private static int minCount(PodGroup group) {
        GangSchedulingPolicy gang = group.getSpec().getSchedulingPolicy().getGang();
        return gang == null || gang.getMinCount() == null ? 0 : gang.getMinCount();
    }
}
