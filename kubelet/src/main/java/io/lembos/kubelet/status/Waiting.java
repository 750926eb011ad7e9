package io.lembos.kubelet.status;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;

/** Why a container does not run yet, in Kubernetes' words, for example {@code ImagePullBackOff}. */
public record Waiting(String reason, String message) {

    /** A container that keeps ending waits for its next start. */
    public static Waiting crashLoop(Pod pod, String container, Duration delay) {
        return new Waiting(
                "CrashLoopBackOff",
                "back-off " + goDuration(delay) + " restarting failed container=" + container + " pod=" + where(pod));
    }

    /** The pod as messages name it. */
    public static String where(Pod pod) {
        var meta = pod.getMetadata();
        return meta.getName() + "_" + meta.getNamespace() + "(" + meta.getUid() + ")";
    }

    /** A duration as Go prints it: {@code 10s}, {@code 2m40s}. */
    static String goDuration(Duration duration) {
        long minutes = duration.toMinutes();
        return (minutes > 0 ? minutes + "m" : "") + duration.toSecondsPart() + "s";
    }
}
