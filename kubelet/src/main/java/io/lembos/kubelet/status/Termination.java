package io.lembos.kubelet.status;

import java.time.Duration;
import java.util.Optional;

/**
 * Why a node ends a pod that nobody has deleted: the pod has failed.
 *
 * @param reason one word, for example {@code Evicted}
 * @param graceMax what the pod gets to end, if it wants more
 * @param disrupts whether the pod is not to blame, so that those who count its failures may leave this one out
 */
public record Termination(String reason, String message, Optional<Duration> graceMax, boolean disrupts) {

    /** How long the containers have. */
    public Duration grace(Duration wanted) {
        return graceMax.filter(most -> most.compareTo(wanted) < 0).orElse(wanted);
    }
}
