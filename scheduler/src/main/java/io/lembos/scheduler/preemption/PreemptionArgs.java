package io.lembos.scheduler.preemption;

/**
 * {@code DefaultPreemptionArgs}: how many candidates are enough to choose among.
 *
 * @param minCandidateNodesPercentage of the nodes that come into question
 * @param minCandidateNodesAbsolute the least number, if there are so many nodes
 */
public record PreemptionArgs(int minCandidateNodesPercentage, int minCandidateNodesAbsolute) {
    public static final PreemptionArgs DEFAULT = new PreemptionArgs(10, 100);

    int candidates(int nodes) {
        return Math.min(nodes, Math.max(minCandidateNodesAbsolute, nodes * minCandidateNodesPercentage / 100));
    }
}
