package io.lembos.scheduler.explain;

import java.util.List;

/**
 * What was found about a pod. A tree of plain values, made to be read as JSON.
 *
 * @param outcome {@code Scheduled} or {@code Unschedulable}
 * @param node where it went; empty if nowhere
 * @param message as {@code FailedScheduling} says it; empty if it was scheduled
 * @param nodes how many there are
 * @param feasible how many of them could take the pod; 1 if it was only asked of the node where others had to go
 * @param ranking every node: feasible ones first, the best of them in front; then the others by their names. Empty if the
 *     attempt was too long ago to be told node by node
 */
public record Explanation(
        String pod,
        String schedulerName,
        String time,
        int attempt,
        String outcome,
        String node,
        String message,
        int nodes,
        int feasible,
        List<OfNode> ranking) {

    /**
     * @param objections of all plugins that have something against the node; none if it is feasible
     * @param total sum of the weighted scores
     * @param behind how much that is less than the best node has
     */
    public record OfNode(
            String node, boolean feasible, List<Objected> objections, List<Scored> scores, long total, long behind) {}

    /**
     * @param reason in kube-scheduler's words
     * @param compared the numbers
     * @param remedy what would have to change
     * @param preemptible whether it could be otherwise if pods left the node
     */
    public record Objected(String plugin, String reason, String compared, String remedy, boolean preemptible) {}

    /** @param weighted what counts: {@code normalised} times {@code weight} */
    public record Scored(String plugin, long raw, long normalised, int weight, long weighted) {}
}
