package io.lembos.scheduler.cycle;

/** How a scheduling cycle ended. */
public sealed interface Decision {

    /**
     * The pod goes to this node.
     *
     * @param score its total, the greatest of all feasible nodes; 0 if it was taken because it is the nominated one
     */
    record Chosen(String node, long score, int feasibleNodes) implements Decision {}

    /** No node can take the pod. */
    record Unschedulable(Diagnosis diagnosis) implements Decision {}
}
