package io.lembos.scheduler.framework;

/** Tells the cluster where a pod runs (extension point Bind), on the pod's own thread. */
public interface BindPlugin extends Plugin {
    /** Whether this plugin has bound the pod; false to leave it to the next one. Throws if it could not. */
    boolean bind(Assignment assignment);
}
