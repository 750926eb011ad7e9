package io.lembos.scheduler.queue;

/** How many pods wait in which part of the queue: {@code pending_pods{queue}}. Those in flight count nowhere. */
public record QueueCounts(int active, int backoff, int unschedulable, int gated) {}
