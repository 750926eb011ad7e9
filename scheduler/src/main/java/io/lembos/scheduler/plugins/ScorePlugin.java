package io.lembos.scheduler.plugins;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;

/** Ranks a node for a pod. Pure. */
public interface ScorePlugin {
    String name();

    /** 0 (worst) to 100 (best). */
    long score(PodInfo pod, NodeInfo node);
}
