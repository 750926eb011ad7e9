package io.lembos.scheduler.framework;

import io.lembos.scheduler.cache.NodeInfo;

/** Judges nodes for one pod. */
@FunctionalInterface
public interface NodeFilter {
    Verdict filter(NodeInfo node);
}
