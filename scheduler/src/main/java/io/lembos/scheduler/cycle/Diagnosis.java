package io.lembos.scheduler.cycle;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Why no node can take a pod (kube-scheduler's {@code FitError} and {@code Diagnosis}).
 *
 * @param nodes how many nodes there are
 * @param reasons how many nodes failed for which reason; a node may have several
 * @param plugins those that objected: what they wait for is what may help
 * @param preFilterMessage why no node was looked at; empty if they were
 * @param postFilterMessage what was tried then, such as preemption; empty if nothing was
 */
public record Diagnosis(
        int nodes,
        Map<String, Integer> reasons,
        Set<String> plugins,
        String preFilterMessage,
        String postFilterMessage) {
    public static final String NO_NODES = "no nodes available to schedule pods";

    public Diagnosis {
        reasons = Map.copyOf(reasons);
        plugins = Set.copyOf(plugins);
    }

    public Diagnosis after(String message) {
        return new Diagnosis(nodes, reasons, plugins, preFilterMessage, message);
    }

    /** As {@code FailedScheduling} and the condition {@code PodScheduled} say it: counts in lexicographic order. */
    public String message() {
        if (nodes == 0) {
            return NO_NODES;
        }
        StringBuilder message = new StringBuilder("0/" + nodes + " nodes are available:");
        if (!preFilterMessage.isEmpty()) {
            message.append(' ').append(preFilterMessage).append('.');
        } else if (!reasons.isEmpty()) {
            message.append(reasons.entrySet().stream()
                    .map(e -> e.getValue() + " " + e.getKey())
                    .sorted()
                    .collect(Collectors.joining(", ", " ", ".")));
        }
        if (!postFilterMessage.isEmpty()) {
            message.append(' ').append(postFilterMessage);
        }
        return message.toString();
    }
}
