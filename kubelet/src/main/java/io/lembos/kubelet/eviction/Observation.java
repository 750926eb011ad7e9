package io.lembos.kubelet.eviction;

/**
 * One look at what a node has.
 *
 * @param capacity all that there is
 */
public record Observation(long available, long capacity) {}
