package io.lembos.kubelet.admission;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Why a node does not run a pod that was assigned to it.
 *
 * @param reason one word, for example {@code OutOfcpu}
 */
public record Rejection(String reason, String message) {

    /** The pod has failed and will not be tried again. */
    public PodStatus status(Pod pod, Instant now) {
        PodStatus before = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
        String started = before.getStartTime();
        return new PodStatusBuilder()
                .withPhase("Failed")
                .withReason(reason)
                .withMessage("Pod was rejected: " + message)
                .withConditions(before.getConditions())
                .withStartTime(
                        started == null ? now.truncatedTo(ChronoUnit.SECONDS).toString() : started)
                .withQosClass(before.getQosClass())
                .build();
    }
}
