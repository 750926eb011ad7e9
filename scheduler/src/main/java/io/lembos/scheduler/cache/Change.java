package io.lembos.scheduler.cache;

/**
 * One step from a snapshot to the next: a node is different, mostly since a pod came or went.
 *
 * @param slot where the node stands, see {@link Snapshot#node}
 * @param removed the pod that left, or null
 * @param added the pod that came, or null; with {@code removed} the same pod in a newer state
 * @param nodeItself whether the node has changed, not only the pods on it
 */
public record Change(int slot, PodInfo removed, PodInfo added, boolean nodeItself) {}
