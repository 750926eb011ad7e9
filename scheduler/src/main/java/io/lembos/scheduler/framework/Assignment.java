package io.lembos.scheduler.framework;

import io.lembos.scheduler.cache.PodInfo;

/**
 * A pod and the node that was decided for it.
 *
 * @param observed the resource version up to which pods had been seen when it was decided
 */
public record Assignment(PodInfo pod, String node, String observed) {}
