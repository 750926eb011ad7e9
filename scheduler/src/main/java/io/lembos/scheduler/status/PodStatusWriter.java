package io.lembos.scheduler.status;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.lembos.api.client.Client;
import io.lembos.api.client.Patch;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.framework.Nomination;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the status of pods beside the decisions. Of one pod, one write is under way at a time and what comes meanwhile is
 * merged into the next, so that the last word stands. A write that fails is dropped: the next attempt says it again.
 *
 * <p>Bounded by the pods of the cluster. State is guarded by the monitor of this object.
 */
public final class PodStatusWriter {
    private static final Logger LOG = LoggerFactory.getLogger(PodStatusWriter.class);
    private static final String SCHEDULED = "PodScheduled";
    private static final String UNSCHEDULABLE = "Unschedulable";

    private final Client client;
    private final Clock clock;
    private final Map<String, StatusPatch> waiting = new HashMap<>();
    private final Set<String> underWay = new HashSet<>();

    public PodStatusWriter(Client client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /**
     * The condition {@code PodScheduled=False}, and the nominated node; nothing if the pod says so already.
     *
     * @param latest the pod as the watch has it
     */
    public void unschedulable(PodInfo pod, Pod latest, String message, Nomination nomination) {
        Optional<PodCondition> present = latest.getStatus() == null
                ? Optional.empty()
                : latest.getStatus().getConditions().stream()
                        .filter(c -> c.getType().equals(SCHEDULED) && "False".equals(c.getStatus()))
                        .findFirst();
        boolean said = present.isPresent()
                && UNSCHEDULABLE.equals(present.get().getReason())
                && message.equals(present.get().getMessage());
        if (said && nomination instanceof Nomination.Keep && !isUnderWay(pod)) {
            return;
        }
        String since = present.map(PodCondition::getLastTransitionTime)
                .orElseGet(() -> clock.now().truncatedTo(ChronoUnit.SECONDS).toString());
        PodCondition condition = new PodConditionBuilder()
                .withType(SCHEDULED)
                .withStatus("False")
                .withReason(UNSCHEDULABLE)
                .withMessage(message)
                .withLastTransitionTime(since)
                .build();
        write(pod, new StatusPatch(Optional.of(condition), nomination));
    }

    /** Says where the pod is nominated. */
    public void nomination(PodInfo pod, Nomination nomination) {
        write(pod, StatusPatch.of(nomination));
    }

    /** Whether the watch does not know yet what was said last. */
    private synchronized boolean isUnderWay(PodInfo pod) {
        return underWay.contains(pod.uid());
    }

    private synchronized void write(PodInfo pod, StatusPatch patch) {
        waiting.merge(pod.uid(), patch, StatusPatch::then);
        if (underWay.add(pod.uid())) {
            Thread.ofVirtual().name("status-" + pod.key()).start(() -> run(pod));
        }
    }

    private void run(PodInfo pod) {
        for (Optional<StatusPatch> next = next(pod); next.isPresent(); next = next(pod)) {
            try {
                client.patch(
                        Resources.PODS,
                        pod.key(),
                        new Patch.StrategicMerge(next.get().json(pod.uid())),
                        "status");
            } catch (ApiError e) {
                LOG.debug("Status of {} not written: {}", pod.key(), e.getMessage());
            } catch (RuntimeException e) {
                LOG.warn("Status of {} not written", pod.key(), e);
            }
        }
    }

    private synchronized Optional<StatusPatch> next(PodInfo pod) {
        StatusPatch patch = waiting.remove(pod.uid());
        if (patch == null) {
            underWay.remove(pod.uid());
        }
        return Optional.ofNullable(patch);
    }
}
