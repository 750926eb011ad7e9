package io.lembos.kubelet.shutdown;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * How long pods have when their node goes down, the least important first. Without groups they are left running.
 *
 * @param groups in the order in which they end
 */
public record ShutdownSettings(List<Group> groups) {
    public static final ShutdownSettings OFF = new ShutdownSettings(List.of());

    /**
     * Pods that end together.
     *
     * @param priority of its pods: from this one up to that of the next group
     */
    public record Group(int priority, Duration period) {}

    public ShutdownSettings {
        groups =
                groups.stream().sorted(Comparator.comparingInt(Group::priority)).toList();
    }

    public boolean isOn() {
        return groups.stream().anyMatch(g -> !g.period().isZero());
    }

    /** To which group a pod belongs; one of less priority than all belongs to the first. */
    int groupOf(int priority) {
        int found = 0;
        for (int i = 0; i < groups.size(); i++) {
            if (groups.get(i).priority() <= priority) {
                found = i;
            }
        }
        return found;
    }
}
