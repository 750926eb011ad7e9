package io.lembos.scheduler.cache;

/**
 * An image on the nodes of the cluster.
 *
 * @param bytes its size, as the first node that had it said
 * @param nodes how many nodes have it
 */
public record ImageState(long bytes, int nodes) {}
