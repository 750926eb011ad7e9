package io.lembos.scheduler.metrics;

/** How an attempt ended: label {@code result}. */
public enum Result {
    SCHEDULED("scheduled"),
    UNSCHEDULABLE("unschedulable"),
    /** For a reason that lies not in the pod. */
    ERROR("error");

    final String label;

    Result(String label) {
        this.label = label;
    }
}
