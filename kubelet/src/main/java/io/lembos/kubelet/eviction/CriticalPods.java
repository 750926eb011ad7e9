package io.lembos.kubelet.eviction;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.kubelet.staticpods.StaticPod;

/** Which pods a node cannot do without: those of its own manifests, and those of the system's priority. Pure. */
public final class CriticalPods {
    /** From here on a pod is critical to the cluster. */
    public static final int PRIORITY = 2_000_000_000;

    private CriticalPods() {}

    public static boolean contains(Pod pod) {
        return StaticPod.isMirror(pod) || priority(pod) >= PRIORITY;
    }

    public static int priority(Pod pod) {
        Integer priority = pod.getSpec().getPriority();
        return priority == null ? 0 : priority;
    }
}
