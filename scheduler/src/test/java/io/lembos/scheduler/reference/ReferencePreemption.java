package io.lembos.scheduler.reference;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Who must go for a pod, every step judged anew on a cluster written out.
 *
 * @param scheduler says what fits
 * @param nominated pods that are awaited on a node, by its name
 */
public record ReferencePreemption(
        ReferenceScheduler scheduler, List<PodDisruptionBudget> budgets, Map<String, List<Pod>> nominated) {

    /** @param victims most important first */
    public record Found(String node, List<Pod> victims, long violations) {}

    /** The best candidates, equally good; none if preemption does not help. Each pod has a start time of its own. */
    public List<Found> best(Pod pod, ReferenceCluster cluster) {
        List<Found> left = new ArrayList<>();
        for (Node node : cluster.nodes()) {
            Found found = on(pod, node, cluster);
            if (found != null) {
                left.add(found);
            }
        }
        left = least(left, Found::violations);
        left = least(
                left,
                f -> f.victims().stream()
                        .mapToLong(ReferencePreemption::priority)
                        .max()
                        .orElseThrow());
        left = least(
                left,
                f -> f.victims().stream()
                        .mapToLong(v -> priority(v) + 2147483648L)
                        .sum());
        left = least(left, f -> f.victims().size());
        return least(left, f -> {
            long highest = f.victims().stream()
                    .mapToLong(ReferencePreemption::priority)
                    .max()
                    .orElseThrow();
            return -f.victims().stream()
                    .filter(v -> priority(v) == highest)
                    .mapToLong(v -> start(v).getEpochSecond())
                    .min()
                    .orElseThrow();
        });
    }

    private static List<Found> least(List<Found> some, ToLongFunction<Found> by) {
        long least = some.stream().mapToLong(by).min().orElse(0);
        return some.stream().filter(f -> by.applyAsLong(f) == least).toList();
    }

    private Found on(Pod pod, Node node, ReferenceCluster cluster) {
        ReferenceScheduler.NodeFindings before = findings(pod, node, cluster);
        boolean helpful = !before.plugin().isEmpty() && before.resolvable();
        if (!nominated(pod, node).isEmpty() && before.plugin().isEmpty()) {
            ReferenceScheduler.NodeFindings later = findings(pod, node, plus(cluster, node, nominated(pod, node)));
            helpful = !later.plugin().isEmpty() && later.resolvable();
        } else if (!nominated(pod, node).isEmpty()) {
            ReferenceScheduler.NodeFindings later = findings(pod, node, plus(cluster, node, nominated(pod, node)));
            helpful = later.plugin().isEmpty() ? helpful : later.resolvable();
        }
        List<Pod> lesser = cluster.on(node).stream()
                .filter(other -> priority(other) < priority(pod))
                .sorted(Comparator.comparingLong(ReferencePreemption::priority)
                        .reversed()
                        .thenComparing(ReferencePreemption::start))
                .toList();
        if (!helpful || lesser.isEmpty() || !fits(pod, node, minus(cluster, lesser))) {
            return null;
        }
        List<Pod> kept = new ArrayList<>();
        List<Pod> order =
                new ArrayList<>(lesser.stream().filter(p -> violates(p, lesser)).toList());
        lesser.stream().filter(p -> !violates(p, lesser)).forEach(order::add);
        for (Pod each : order) {
            List<Pod> gone = new ArrayList<>(lesser);
            gone.removeAll(kept);
            gone.remove(each);
            if (fits(pod, node, minus(cluster, gone))) {
                kept.add(each);
            }
        }
        List<Pod> victims = lesser.stream().filter(p -> !kept.contains(p)).toList();
        long violations = victims.stream().filter(v -> violates(v, lesser)).count();
        return new Found(ReferenceCluster.name(node), victims, violations);
    }

    /** Whether a budget does not allow the pod's end once all before it in the list have ended. */
    private boolean violates(Pod pod, List<Pod> inOrder) {
        return budgets.stream()
                .filter(b -> covers(b, pod))
                .anyMatch(b -> inOrder.subList(0, inOrder.indexOf(pod) + 1).stream()
                                .filter(p -> covers(b, p))
                                .count()
                        > b.getStatus().getDisruptionsAllowed());
    }

    private static boolean covers(PodDisruptionBudget budget, Pod pod) {
        Map<String, String> wanted = budget.getSpec().getSelector().getMatchLabels();
        return budget.getMetadata().getNamespace().equals(pod.getMetadata().getNamespace())
                && !wanted.isEmpty()
                && pod.getMetadata().getLabels().entrySet().containsAll(wanted.entrySet())
                && !budget.getStatus()
                        .getDisruptedPods()
                        .containsKey(pod.getMetadata().getName());
    }

    /** With and without those that are awaited. */
    private boolean fits(Pod pod, Node node, ReferenceCluster cluster) {
        return findings(pod, node, cluster).plugin().isEmpty()
                && findings(pod, node, plus(cluster, node, nominated(pod, node)))
                        .plugin()
                        .isEmpty();
    }

    private List<Pod> nominated(Pod pod, Node node) {
        return nominated.getOrDefault(ReferenceCluster.name(node), List.of()).stream()
                .filter(other -> priority(other) >= priority(pod))
                .toList();
    }

    private ReferenceScheduler.NodeFindings findings(Pod pod, Node node, ReferenceCluster cluster) {
        return scheduler.judge(pod, cluster).each().stream()
                .filter(f -> f.node().equals(ReferenceCluster.name(node)))
                .findFirst()
                .orElseThrow();
    }

    private static ReferenceCluster minus(ReferenceCluster cluster, List<Pod> gone) {
        return new ReferenceCluster(
                cluster.nodes(),
                cluster.pods().stream().filter(p -> !gone.contains(p)).toList());
    }

    private static ReferenceCluster plus(ReferenceCluster cluster, Node node, List<Pod> more) {
        List<Pod> pods = new ArrayList<>(cluster.pods());
        for (Pod each : more) {
            pods.add(new io.fabric8.kubernetes.api.model.PodBuilder(each)
                    .editSpec()
                    .withNodeName(ReferenceCluster.name(node))
                    .endSpec()
                    .build());
        }
        return new ReferenceCluster(cluster.nodes(), pods);
    }

    private static long priority(Pod pod) {
        return pod.getSpec().getPriority();
    }

    private static Instant start(Pod pod) {
        return Instant.parse(pod.getStatus().getStartTime());
    }
}
