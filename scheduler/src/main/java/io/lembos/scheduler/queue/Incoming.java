package io.lembos.scheduler.queue;

/**
 * Labels of {@code queue_incoming_pods_total}.
 *
 * @param queue active, backoff, unschedulable or gated
 * @param event what brought a pod there, as kube-scheduler names it
 */
public record Incoming(String queue, String event) {
    static final String POD_ADD = "UnschedulablePodAdd";
    static final String ATTEMPT_FAILURE = "ScheduleAttemptFailure";
    static final String BACKOFF_COMPLETE = "BackoffComplete";
    static final String POP_FROM_BACKOFF = "PopFromBackoffQ";
    static final String FORCE_ACTIVATE = "ForceActivate";
    static final String TIMEOUT = "UnschedulableTimeout";
}
