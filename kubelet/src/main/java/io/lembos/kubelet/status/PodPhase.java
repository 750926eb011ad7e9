package io.lembos.kubelet.status;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/** A pod's phase from the states of its containers and its restart policy. Pure; follows kubelet's {@code getPhase}. */
final class PodPhase {

    private PodPhase() {}

    static String of(Pod pod, List<ContainerStatus> init, List<ContainerStatus> main) {
        String policy = pod.getSpec().getRestartPolicy() == null
                ? "Always"
                : pod.getSpec().getRestartPolicy();
        boolean dying = pod.getMetadata().getDeletionTimestamp() != null;
        for (ContainerStatus status : init) {
            var terminated = status.getState().getTerminated();
            boolean failed = terminated != null && terminated.getExitCode() != 0;
            if (failed && policy.equals("Never")) {
                return "Failed";
            }
        }
        int running = 0;
        int waiting = 0;
        int succeeded = 0;
        int failed = 0;
        for (ContainerStatus status : main) {
            if (status.getState().getRunning() != null) {
                running++;
            } else if (status.getState().getTerminated() != null) {
                boolean good = status.getState().getTerminated().getExitCode() == 0;
                succeeded += good ? 1 : 0;
                failed += good ? 0 : 1;
            } else if (status.getLastState() != null && status.getLastState().getTerminated() != null) {
                running++; // Between two runs; the pod goes on.
            } else {
                waiting++;
            }
        }
        if (waiting > 0) {
            return "Pending";
        }
        if (running > 0) {
            return "Running";
        }
        boolean restarts = policy.equals("Always") || (policy.equals("OnFailure") && failed > 0);
        if (restarts && !dying) {
            return "Running";
        }
        return failed > 0 ? "Failed" : "Succeeded";
    }
}
