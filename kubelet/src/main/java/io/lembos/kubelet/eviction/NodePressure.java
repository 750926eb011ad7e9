package io.lembos.kubelet.eviction;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Toleration;
import io.lembos.kubelet.admission.Rejection;
import io.lembos.kubelet.node.NodeConditions.Finding;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What the node runs short of, for those who let pods in and for those who tell of the node. Written by one thread, read by
 * many.
 */
public final class NodePressure {
    static final String EVICTED = "Evicted";

    private volatile Set<PressureCondition> conditions = Set.of();

    /** What to say of the node. */
    public List<Finding> findings() {
        Set<PressureCondition> now = conditions;
        return Arrays.stream(PressureCondition.values())
                .map(c -> c.finding(now.contains(c)))
                .toList();
    }

    /** Why the node takes no such pod now; empty when it does. */
    public Optional<Rejection> judge(Pod pod) {
        Set<PressureCondition> now = conditions;
        boolean onlyMemory = now.equals(Set.of(PressureCondition.MEMORY));
        boolean taken = now.isEmpty()
                || CriticalPods.contains(pod)
                || onlyMemory && (!isBestEffort(pod) || toleratesLittleMemory(pod));
        return taken
                ? Optional.empty()
                : Optional.of(new Rejection(EVICTED, "The node had condition: [" + words(now) + "]. "));
    }

    Set<PressureCondition> conditions() {
        return conditions;
    }

    void set(Set<PressureCondition> now) {
        conditions = now;
    }

    private static String words(Set<PressureCondition> conditions) {
        return String.join(
                " ", conditions.stream().map(PressureCondition::type).sorted().toList());
    }

    private static boolean isBestEffort(Pod pod) {
        return pod.getStatus() != null && "BestEffort".equals(pod.getStatus().getQosClass());
    }

    private static boolean toleratesLittleMemory(Pod pod) {
        return pod.getSpec().getTolerations().stream().anyMatch(NodePressure::toleratesLittleMemory);
    }

    private static boolean toleratesLittleMemory(Toleration toleration) {
        String effect = toleration.getEffect() == null ? "" : toleration.getEffect();
        String key = toleration.getKey() == null ? "" : toleration.getKey();
        String value = toleration.getValue() == null ? "" : toleration.getValue();
        boolean exists = "Exists".equals(toleration.getOperator());
        return (effect.isEmpty() || effect.equals("NoSchedule"))
                && (key.equals("node.kubernetes.io/memory-pressure") || key.isEmpty() && exists)
                && (exists || value.isEmpty());
    }
}
