package io.lembos.scheduler.cache;

/**
 * An image on the nodes of the cluster.
 *
 * @param bytes its size, as the node that told last says
 * @param nodes how many nodes have it
 */
public record ImageState(long bytes, int nodes) {}
