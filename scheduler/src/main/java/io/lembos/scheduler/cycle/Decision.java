package io.lembos.scheduler.cycle;

import java.util.List;
import java.util.Map;

/** How a scheduling cycle ended. */
public sealed interface Decision {

    /** The pod goes to this node. */
    record Chosen(String node, long score, int feasibleNodes) implements Decision {}

    /**
     * No node can take the pod.
     *
     * @param reasons per node, why not
     */
    record Unschedulable(int nodeCount, Map<String, List<String>> reasons) implements Decision {

        /** kube-scheduler's {@code FitError}: how many nodes failed for which reason, in lexicographic order. */
        public String message() {
            if (nodeCount == 0) {
                return "no nodes available to schedule pods";
            }
            Map<String, Long> counts = reasons.values().stream()
                    .flatMap(List::stream)
                    .collect(java.util.stream.Collectors.groupingBy(r -> r, java.util.stream.Collectors.counting()));
            String list = counts.entrySet().stream()
                    .map(e -> e.getValue() + " " + e.getKey())
                    .sorted()
                    .collect(java.util.stream.Collectors.joining(", "));
            return "0/" + nodeCount + " nodes are available: " + list + ".";
        }
    }
}
