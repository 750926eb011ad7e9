package io.lembos.kubelet.status;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.kubelet.container.RestartRules;
import java.util.List;

/** A pod's phase from the states of its containers and their restart policies. Pure; follows kubelet's {@code getPhase}. */
public final class PodPhase {
    static final String PENDING = "Pending";
    static final String RUNNING = "Running";
    static final String SUCCEEDED = "Succeeded";
    static final String FAILED = "Failed";

    private PodPhase() {}

    /** Whether a pod in this phase never runs again. */
    public static boolean isFinal(String phase) {
        return SUCCEEDED.equals(phase) || FAILED.equals(phase);
    }

    /** @param init statuses of those init containers that end */
    static String of(Pod pod, List<ContainerStatus> init, List<ContainerStatus> main) {
        if (init.stream().anyMatch(s -> hasFailedForGood(pod, s))) {
            return FAILED;
        }
        boolean dying = pod.getMetadata().getDeletionTimestamp() != null;
        boolean running = false;
        boolean failed = false;
        for (ContainerStatus status : main) {
            ContainerStateTerminated ended = status.getState().getTerminated();
            boolean between =
                    status.getLastState() != null && status.getLastState().getTerminated() != null;
            if (ended != null) {
                running |= !dying && restarts(pod.getSpec().getContainers(), pod, status.getName(), ended);
                failed |= ended.getExitCode() != 0;
            } else if (status.getState().getRunning() != null || between) {
                running = true;
            } else {
                return PENDING;
            }
        }
        return running ? RUNNING : failed ? FAILED : SUCCEEDED;
    }

    private static boolean hasFailedForGood(Pod pod, ContainerStatus init) {
        ContainerStateTerminated ended = init.getState().getTerminated();
        return ended != null
                && ended.getExitCode() != 0
                && !restarts(pod.getSpec().getInitContainers(), pod, init.getName(), ended);
    }

    private static boolean restarts(List<Container> specs, Pod pod, String name, ContainerStateTerminated ended) {
        return specs.stream()
                .filter(c -> c.getName().equals(name))
                .anyMatch(c -> RestartRules.restarts(pod, c, ended.getExitCode()));
    }
}
