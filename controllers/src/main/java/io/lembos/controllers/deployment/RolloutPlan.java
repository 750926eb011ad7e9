package io.lembos.controllers.deployment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many replicas each ReplicaSet of a Deployment should have next. Pure; follows Kubernetes' deployment controller
 * ({@code rolling.go}, {@code sync.go}).
 */
final class RolloutPlan {

    /**
     * A ReplicaSet as the plan sees it.
     *
     * @param replicas wanted now
     * @param available pods that are available
     * @param created orders sets by age
     * @param maxReplicas of the Deployment when this set was last scaled, 0 if unknown
     */
    record Set(String name, int replicas, int available, String created, int maxReplicas) {}

    private RolloutPlan() {}

    /** What the new set should have: as many as fit under wanted plus surge, never fewer than it has unless too many. */
    static int newReplicas(int wanted, RolloutLimits limits, Set fresh, List<Set> old) {
        if (fresh.replicas() >= wanted) {
            return wanted;
        }
        int total = fresh.replicas() + sum(old);
        int room = wanted + limits.maxSurge() - total;
        if (room <= 0) {
            return fresh.replicas();
        }
        return fresh.replicas() + Math.min(room, wanted - fresh.replicas());
    }

    /**
     * Scales old sets down as far as availability allows: first replicas that are not available anyway, then available
     * ones, oldest set first.
     *
     * @return only sets that change
     */
    static Map<String, Integer> oldReplicas(int wanted, RolloutLimits limits, Set fresh, List<Set> old) {
        Map<String, Integer> plan = new LinkedHashMap<>();
        int minAvailable = wanted - limits.maxUnavailable();
        int newUnavailable = fresh.replicas() - fresh.available();
        int removable = fresh.replicas() + sum(old) - minAvailable - newUnavailable;
        if (removable <= 0) {
            return plan;
        }
        List<Set> byAge = new ArrayList<>(old);
        byAge.sort(Comparator.comparing(Set::created));
        int removed = removeUnhealthy(plan, byAge, removable);
        int available =
                fresh.available() + old.stream().mapToInt(Set::available).sum();
        int spare = Math.min(available - minAvailable, removable - removed);
        removeAvailable(plan, byAge, spare);
        return plan;
    }

    private static int removeUnhealthy(Map<String, Integer> plan, List<Set> old, int removable) {
        int removed = 0;
        for (Set set : old) {
            int unhealthy = Math.min(removable - removed, set.replicas() - set.available());
            if (unhealthy > 0) {
                plan.put(set.name(), set.replicas() - unhealthy);
                removed += unhealthy;
            }
        }
        return removed;
    }

    private static void removeAvailable(Map<String, Integer> plan, List<Set> old, int spare) {
        int removed = 0;
        for (Set set : old) {
            int replicas = plan.getOrDefault(set.name(), set.replicas());
            int count = Math.min(replicas, spare - removed);
            if (count > 0) {
                plan.put(set.name(), replicas - count);
                removed += count;
            }
        }
    }

    /**
     * Spreads a change of the wanted number over all sets that have replicas, in proportion to their sizes; what rounding
     * leaves goes to the largest.
     *
     * @param replicas that the Deployment has, for sets that do not know how large it was
     * @return only sets that change
     */
    static Map<String, Integer> proportional(int wanted, RolloutLimits limits, int replicas, List<Set> active) {
        Map<String, Integer> plan = new LinkedHashMap<>();
        int allowed = wanted > 0 ? wanted + limits.maxSurge() : 0;
        int toAdd = allowed - sum(active);
        if (toAdd == 0) {
            return plan;
        }
        List<Set> bySize = new ArrayList<>(active);
        Comparator<Set> age = Comparator.comparing(Set::created);
        bySize.sort(Comparator.comparingInt(Set::replicas).reversed().thenComparing(toAdd > 0 ? age.reversed() : age));
        int added = 0;
        for (Set set : bySize) {
            int fraction = wanted == 0 ? -set.replicas() : fraction(set, allowed, replicas, toAdd - added);
            plan.put(set.name(), set.replicas() + fraction);
            added += fraction;
        }
        Set largest = bySize.get(0);
        plan.merge(largest.name(), toAdd - added, Integer::sum);
        plan.replaceAll((name, size) -> Math.max(0, size));
        plan.entrySet()
                .removeIf(e ->
                        active.stream().anyMatch(s -> s.name().equals(e.getKey()) && s.replicas() == e.getValue()));
        return plan;
    }

    private static int fraction(Set set, int allowed, int replicas, int left) {
        int before = set.maxReplicas() > 0 ? set.maxReplicas() : replicas;
        if (before == 0 || left == 0) {
            return 0;
        }
        int share = (int) Math.round((double) set.replicas() * allowed / before) - set.replicas();
        return left > 0 ? Math.min(share, left) : Math.max(share, left);
    }

    private static int sum(List<Set> sets) {
        return sets.stream().mapToInt(Set::replicas).sum();
    }
}
