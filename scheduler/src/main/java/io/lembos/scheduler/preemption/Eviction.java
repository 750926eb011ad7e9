package io.lembos.scheduler.preemption;

import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.client.Patch;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.status.StatusPatch;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Ends one pod for another: says so in its status, deletes it with the grace it asks for, and records an event. A pod
 * whose binding has not been sent yet is not ended; it only loses the node.
 *
 * @param events records in the name of the profile of the pod that makes others go
 * @param callOff takes a decided binding back; false if there is none, or if it has been sent
 */
public record Eviction(
        Client client, Clock clock, Function<PodInfo, EventRecorder> events, Predicate<PodInfo> callOff) {
    static final String CONDITION = "DisruptionTarget";
    static final String REASON = "PreemptionByScheduler";

    /** What became of the victim. */
    enum Outcome {
        /** It ends, or loses the node: the queue will hear of it. */
        LEAVING,
        /** It was gone before. */
        GONE,
        /** It is still there. */
        FAILED
    }

    /** @throws RuntimeException if the API server has not done it */
    Outcome run(PodInfo victim, PodInfo preemptor, String node) {
        if (!callOff.test(victim) && !delete(victim, preemptor)) {
            return Outcome.GONE;
        }
        events.apply(preemptor)
                .normal(victim.pod(), "Preempted", "Preempted by pod " + preemptor.uid() + " on node " + node);
        return Outcome.LEAVING;
    }

    private boolean delete(PodInfo victim, PodInfo preemptor) {
        try {
            client.patch(
                    Resources.PODS,
                    victim.key(),
                    new Patch.StrategicMerge(
                            StatusPatch.of(condition(preemptor)).json(victim.uid())),
                    "status");
            client.delete(Resources.PODS, victim.key(), DeleteOptions.of(victim.uid()));
            return true;
        } catch (ApiError e) {
            // A conflict is one of uids: another pod has the name now.
            if (e.is(Reason.NotFound) || e.is(Reason.Conflict)) {
                return false;
            }
            throw e;
        }
    }

    private PodCondition condition(PodInfo preemptor) {
        return new PodConditionBuilder()
                .withType(CONDITION)
                .withStatus("True")
                .withReason(REASON)
                .withMessage(preemptor.schedulerName() + ": preempting to accommodate a higher priority pod")
                .withLastTransitionTime(
                        clock.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .build();
    }
}
