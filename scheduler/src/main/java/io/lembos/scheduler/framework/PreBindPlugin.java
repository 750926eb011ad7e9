package io.lembos.scheduler.framework;

import java.util.Optional;

/** Does what must be done before a pod is bound (extension point PreBind), on the pod's own thread: may take its time. */
public interface PreBindPlugin extends Plugin {
    /**
     * Why the pod must look again; empty if it can be bound.
     *
     * @throws InterruptedException when nobody wants the pod bound any more
     */
    Optional<String> preBind(Assignment assignment) throws InterruptedException;
}
