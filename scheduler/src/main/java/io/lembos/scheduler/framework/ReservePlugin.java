package io.lembos.scheduler.framework;

import java.util.Optional;

/**
 * Takes what a pod will need on its node, as soon as that is decided (extension point Reserve), so that the next decision
 * does not count on it. On the thread that decides: quick.
 */
public interface ReservePlugin extends Plugin {
    /** Why it cannot be had, so that the pod must look again; empty if it is reserved. */
    Optional<String> reserve(Assignment assignment);

    /**
     * The pod does not come to the node after all: gives back what was taken. Also called when {@link #reserve} was refused
     * or not called, because another plugin refused first.
     */
    void unreserve(Assignment assignment);
}
