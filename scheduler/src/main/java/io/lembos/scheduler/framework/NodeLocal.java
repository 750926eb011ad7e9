package io.lembos.scheduler.framework;

/**
 * Marks a plugin whose verdict and raw score on a node depend on nothing but the pod, the node with the pods on it, the
 * number of nodes, and {@link io.lembos.scheduler.cache.Snapshot#surroundings}: they are kept until one of these changes.
 */
public interface NodeLocal {}
