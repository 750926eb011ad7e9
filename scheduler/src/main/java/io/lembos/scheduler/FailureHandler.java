package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cycle.Diagnosis;
import io.lembos.scheduler.framework.Nomination;
import io.lembos.scheduler.metrics.Result;
import io.lembos.scheduler.metrics.SchedulerMetrics;
import io.lembos.scheduler.permit.Refusal;
import io.lembos.scheduler.queue.SchedulingQueue;
import io.lembos.scheduler.status.PodStatusWriter;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Gives pods back to the queue whose attempt has failed, and says in events and status why. Safe for all threads.
 *
 * @param pods as the watch has them
 * @param isOurs whether a pod waits for this scheduler
 */
record FailureHandler(
        SchedulingQueue queue,
        Nominations nominations,
        SchedulerMetrics metrics,
        ProfileEvents events,
        PodStatusWriter statuses,
        Function<ObjectKey, Optional<Pod>> pods,
        Predicate<Pod> isOurs) {

    /** No node can take it. */
    void unschedulable(SchedulingQueue.Taken taken, Diagnosis diagnosis, Nomination wish) {
        unschedulable(taken, diagnosis.plugins(), diagnosis.message(), wish);
    }

    /**
     * It does not go to a node.
     *
     * @param plugins those that keep it from there
     */
    void unschedulable(SchedulingQueue.Taken taken, Set<String> plugins, String message, Nomination wish) {
        PodInfo pod = taken.pod();
        metrics.of(pod.schedulerName()).attempt(taken, Result.UNSCHEDULABLE);
        Nomination nomination = nominations.decided(pod, wish);
        events.of(pod).warning(pod.pod(), "FailedScheduling", message);
        statuses.unschedulable(pod, pods.apply(pod.key()).orElse(pod.pod()), message, nomination);
        // Last: it may be tried again at once, and what that finds must be said after this.
        queue.unschedulable(taken, plugins);
    }

    /** Its attempt failed for a reason that lies not in the pod. */
    void failed(SchedulingQueue.Taken taken) {
        metrics.of(taken.pod().schedulerName()).attempt(taken, Result.ERROR);
        queue.failed(taken);
    }

    /** It had a node, and a plugin does not let it go there. */
    void refused(SchedulingQueue.Taken taken, Refusal refusal) {
        if (stillWaits(taken.pod())) {
            Diagnosis diagnosis = new Diagnosis(1, Map.of(refusal.reason(), 1), Set.of(refusal.plugin()), "", "");
            unschedulable(taken, diagnosis, Nomination.NONE);
        } else {
            queue.done(taken);
        }
    }

    /** Its binding was refused: it is gone or has a node, unless the watch says that it still waits. */
    void recheck(SchedulingQueue.Taken taken) {
        if (stillWaits(taken.pod())) {
            failed(taken);
        } else {
            queue.done(taken);
        }
    }

    private boolean stillWaits(PodInfo pod) {
        return pods.apply(pod.key())
                .filter(present -> present.getMetadata().getUid().equals(pod.uid()))
                .filter(isOurs)
                .isPresent();
    }
}
