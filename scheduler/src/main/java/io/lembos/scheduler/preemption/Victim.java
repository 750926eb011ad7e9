package io.lembos.scheduler.preemption;

import io.lembos.scheduler.cache.PodInfo;
import java.time.Instant;
import java.util.Comparator;

/**
 * A pod that may have to go.
 *
 * @param start when it began to run; a pod that has not yet begun counts as beginning now
 */
record Victim(PodInfo pod, Instant start) {
    /** Priority first; among equals, who has run longer has more to lose. */
    static final Comparator<Victim> MOST_IMPORTANT_FIRST =
            Comparator.comparingInt(Victim::priority).reversed().thenComparing(Victim::start);

    static Victim of(PodInfo pod, Instant now) {
        String start =
                pod.pod().getStatus() == null ? null : pod.pod().getStatus().getStartTime();
        return new Victim(pod, start == null ? now : Instant.parse(start));
    }

    int priority() {
        return pod.priority();
    }
}
