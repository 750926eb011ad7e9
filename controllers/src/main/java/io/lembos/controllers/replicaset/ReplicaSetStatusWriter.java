package io.lembos.controllers.replicaset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatusBuilder;
import io.lembos.api.client.Client;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import io.lembos.controllers.common.PodStates;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Counts a ReplicaSet's pods into its status and writes that, if anything changed. */
final class ReplicaSetStatusWriter {
    private static final String REPLICA_FAILURE = "ReplicaFailure";

    private final Client client;
    private final Clock clock;

    ReplicaSetStatusWriter(Client client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    void write(ReplicaSet set, List<Pod> active, Optional<ApiError> failure) {
        ReplicaSetStatus status = status(set, active, failure);
        if (status.equals(set.getStatus())) {
            return;
        }
        try {
            client.updateStatus(
                    Resources.REPLICA_SETS,
                    new ReplicaSetBuilder(set).withStatus(status).build());
        } catch (ApiError e) {
            if (!e.is(Reason.NotFound)) {
                throw e;
            }
        }
    }

    /** How long until a ready pod has been so for the minimum time. */
    Optional<Duration> nextAvailable(ReplicaSet set, List<Pod> active) {
        int minimum = minReadySeconds(set);
        Instant now = clock.now();
        return active.stream()
                .filter(p -> PodStates.isReady(p) && !PodStates.isAvailable(p, minimum, now))
                .flatMap(p -> PodStates.readySince(p).stream())
                .map(since -> Duration.between(now, since.plusSeconds(minimum)))
                .min(Duration::compareTo);
    }

    private ReplicaSetStatus status(ReplicaSet set, List<Pod> active, Optional<ApiError> failure) {
        Map<String, String> template = set.getSpec().getTemplate().getMetadata().getLabels();
        int labelled = 0;
        int ready = 0;
        int available = 0;
        Instant now = clock.now();
        for (Pod pod : active) {
            labelled += pod.getMetadata().getLabels().entrySet().containsAll(template.entrySet()) ? 1 : 0;
            ready += PodStates.isReady(pod) ? 1 : 0;
            available += PodStates.isAvailable(pod, minReadySeconds(set), now) ? 1 : 0;
        }
        return new ReplicaSetStatusBuilder()
                .withReplicas(active.size())
                .withFullyLabeledReplicas(orNull(labelled))
                .withReadyReplicas(orNull(ready))
                .withAvailableReplicas(orNull(available))
                .withObservedGeneration(set.getMetadata().getGeneration())
                .withConditions(conditions(set, active, failure))
                .build();
    }

    /** Zero is not written, as in Kubernetes. */
    private static Integer orNull(int count) {
        return count == 0 ? null : count;
    }

    private List<ReplicaSetCondition> conditions(ReplicaSet set, List<Pod> active, Optional<ApiError> failure) {
        List<ReplicaSetCondition> conditions = new ArrayList<>();
        ReplicaSetCondition before = null;
        if (set.getStatus() != null) {
            for (ReplicaSetCondition condition : set.getStatus().getConditions()) {
                if (condition.getType().equals(REPLICA_FAILURE)) {
                    before = condition;
                } else {
                    conditions.add(condition);
                }
            }
        }
        if (failure.isPresent()) {
            // The first message stays: messages may name pods, and each write would bring the set back at once.
            conditions.add(before != null ? before : failureCondition(set, active, failure.get()));
        }
        return conditions;
    }

    private ReplicaSetCondition failureCondition(ReplicaSet set, List<Pod> active, ApiError failure) {
        return new ReplicaSetConditionBuilder()
                .withType(REPLICA_FAILURE)
                .withStatus("True")
                .withReason(active.size() < set.getSpec().getReplicas() ? "FailedCreate" : "FailedDelete")
                .withMessage(failure.getMessage())
                .withLastTransitionTime(
                        clock.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .build();
    }

    private static int minReadySeconds(ReplicaSet set) {
        Integer seconds = set.getSpec().getMinReadySeconds();
        return seconds == null ? 0 : seconds;
    }
}
