package io.lembos.scheduler.plugins;

import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import java.util.List;

/** Rules a node out for a pod. Pure. */
public interface FilterPlugin {
    /** The name in a KubeSchedulerConfiguration. */
    String name();

    /** Why the pod cannot run there, in kube-scheduler's words; empty when it can. */
    List<String> filter(PodInfo pod, NodeInfo node);
}
