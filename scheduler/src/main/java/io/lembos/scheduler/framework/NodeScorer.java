package io.lembos.scheduler.framework;

import io.lembos.scheduler.cache.NodeInfo;

/** Ranks nodes for one pod. */
@FunctionalInterface
public interface NodeScorer {
    /** Higher is better; 0 to 100 unless the plugin normalises. */
    long score(NodeInfo node);
}
