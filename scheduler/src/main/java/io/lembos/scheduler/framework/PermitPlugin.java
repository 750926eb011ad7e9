package io.lembos.scheduler.framework;

/** Lets pods go to their node, keeps them from it, or makes them wait (extension point Permit). */
public interface PermitPlugin extends Plugin {
    /**
     * Asked once the pod's room is counted, on the thread that decides: quick.
     *
     * @param waiting pods that wait for a permit; to be kept for calls that come later
     */
    Permit permit(Assignment assignment, WaitingPods waiting);
}
