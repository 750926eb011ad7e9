package io.lembos.scheduler.framework;

import java.util.Set;

/** A pod that has a node and waits for permission to go there. Safe for all threads. */
public interface WaitingPod {
    Assignment assignment();

    /** Those it still waits for. */
    Set<String> pendingPlugins();

    /** This plugin does not hold it up any more. */
    void allow(String plugin);

    /** The pod must look again. */
    void reject(String plugin, String reason);
}
