package io.lembos.scheduler.cache;

/**
 * How much the cache holds.
 *
 * @param pods all that are on a node
 * @param assumedPods those of them that nobody has confirmed yet
 */
public record CacheSizes(int nodes, int pods, int assumedPods) {}
