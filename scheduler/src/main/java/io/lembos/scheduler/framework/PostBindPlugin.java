package io.lembos.scheduler.framework;

/** Hears that a pod has been bound (extension point PostBind), on the pod's own thread. */
public interface PostBindPlugin extends Plugin {
    void postBind(Assignment assignment);
}
