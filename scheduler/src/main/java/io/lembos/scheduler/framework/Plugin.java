package io.lembos.scheduler.framework;

/** A named part of scheduling. */
public interface Plugin {
    /** The name in a KubeSchedulerConfiguration. */
    String name();
}
