package io.lembos.scheduler.queue;

/**
 * Labels of {@code queue_incoming_pods_total}.
 *
 * @param queue active, backoff, unschedulable or gated
 * @param event what brought a pod there, as kube-scheduler names it
 */
public record Incoming(String queue, String event) {}
