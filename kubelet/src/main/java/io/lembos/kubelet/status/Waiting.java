package io.lembos.kubelet.status;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.time.GoDuration;
import java.time.Duration;

/** Why a container does not run yet, in Kubernetes' words, for example {@code ImagePullBackOff}. */
public record Waiting(String reason, String message) {

    /** A container that keeps ending waits for its next start. */
    public static Waiting crashLoop(Pod pod, String container, Duration delay) {
        return new Waiting(
                "CrashLoopBackOff",
                "back-off " + GoDuration.of(delay) + " restarting failed container=" + container + " pod="
                        + where(pod));
    }

    /** The pod as messages name it. */
    public static String where(Pod pod) {
        var meta = pod.getMetadata();
        return meta.getName() + "_" + meta.getNamespace() + "(" + meta.getUid() + ")";
    }
}
