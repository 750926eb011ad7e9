package io.lembos.kubelet.eviction;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.kubelet.status.Termination;
import java.util.List;

/** The pods of a node, for those who may have to end some. None of it waits. */
public interface NodePods {

    /** Those that run or will, and that nobody ends already. */
    List<Pod> active();

    /** Ends a pod; a second reason is too late. */
    void end(Pod pod, Termination why);

    /** Whether nothing of the pod runs any more. */
    boolean hasEnded(Pod pod);

    /** Removes containers of pods that are over; their logs go with them. */
    void removeRemains();
}
