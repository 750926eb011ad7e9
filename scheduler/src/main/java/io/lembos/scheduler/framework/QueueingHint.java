package io.lembos.scheduler.framework;

import io.lembos.scheduler.cache.PodInfo;

/**
 * Says whether a change may help a pod that the hint's plugin has rejected (KEP-4247). Pure and quick: asked under the
 * queue's lock. In doubt it says {@link Answer#QUEUE}: a pod tried in vain costs time, one that sleeps on stands still.
 */
@FunctionalInterface
public interface QueueingHint {

    /** What to do with the pod. */
    enum Answer {
        QUEUE,
        SKIP;

        public static Answer queueIf(boolean mayHelp) {
            return mayHelp ? QUEUE : SKIP;
        }
    }

    Answer ask(PodInfo pod, ClusterChange change);
}
