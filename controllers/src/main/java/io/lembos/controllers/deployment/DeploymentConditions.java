package io.lembos.controllers.deployment;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentCondition;
import io.fabric8.kubernetes.api.model.apps.DeploymentConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The conditions Available, Progressing and ReplicaFailure of a Deployment, in Kubernetes' words. Pure. */
final class DeploymentConditions {
    private final Deployment deployment;
    private final Instant now;

    DeploymentConditions(Deployment deployment, Instant now) {
        this.deployment = deployment;
        this.now = now;
    }

    List<DeploymentCondition> compute(ReplicaSets sets, DeploymentStatus status, int maxUnavailable) {
        List<DeploymentCondition> conditions = new ArrayList<>();
        conditions.add(available(status, maxUnavailable));
        progressing(sets, status).ifPresent(conditions::add);
        failure(sets).ifPresent(conditions::add);
        return conditions;
    }

    /** Whether every replica runs the present template and is available, and no other is left. */
    static boolean isComplete(Deployment deployment, DeploymentStatus status) {
        int wanted = deployment.getSpec().getReplicas();
        return value(status.getUpdatedReplicas()) == wanted
                && value(status.getReplicas()) == wanted
                && value(status.getAvailableReplicas()) == wanted
                && deployment.getMetadata().getGeneration().equals(status.getObservedGeneration());
    }

    /** When the rollout will have taken too long; empty while nothing is under way. */
    Optional<Duration> untilDeadline() {
        Integer deadline = deployment.getSpec().getProgressDeadlineSeconds();
        Optional<DeploymentCondition> progressing = before("Progressing");
        boolean running = progressing.isPresent()
                && deadline != null
                && deadline != Integer.MAX_VALUE
                && !"NewReplicaSetAvailable".equals(progressing.get().getReason())
                && !"ProgressDeadlineExceeded".equals(progressing.get().getReason());
        if (!running) {
            return Optional.empty();
        }
        Instant end = Instant.parse(progressing.get().getLastUpdateTime()).plusSeconds(deadline + 1L);
        return Optional.of(
                Duration.between(now, end).isNegative() ? Duration.ofSeconds(1) : Duration.between(now, end));
    }

    private DeploymentCondition available(DeploymentStatus status, int maxUnavailable) {
        boolean enough =
                value(status.getAvailableReplicas()) >= deployment.getSpec().getReplicas() - maxUnavailable;
        return enough
                ? condition(
                        "Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.", false)
                : condition(
                        "Available",
                        "False",
                        "MinimumReplicasUnavailable",
                        "Deployment does not have minimum availability.",
                        false);
    }

    private Optional<DeploymentCondition> progressing(ReplicaSets sets, DeploymentStatus status) {
        Integer deadline = deployment.getSpec().getProgressDeadlineSeconds();
        if (deadline == null || deadline == Integer.MAX_VALUE) {
            return Optional.empty();
        }
        Optional<DeploymentCondition> before = before("Progressing");
        if (Boolean.TRUE.equals(deployment.getSpec().getPaused())) {
            return Optional.of(condition("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", false));
        }
        String name = sets.fresh().map(s -> s.getMetadata().getName()).orElse("");
        if (isComplete(deployment, status)) {
            String message = "ReplicaSet \"" + name + "\" has successfully progressed.";
            return Optional.of(condition("Progressing", "True", "NewReplicaSetAvailable", message, false));
        }
        if (before.isEmpty() || "DeploymentPaused".equals(before.get().getReason())) {
            String message = "Created new replica set \"" + name + "\"";
            return Optional.of(condition("Progressing", "True", "NewReplicaSetCreated", message, true));
        }
        if (hasProgressed(status)) {
            String message = "ReplicaSet \"" + name + "\" is progressing.";
            return Optional.of(condition("Progressing", "True", "ReplicaSetUpdated", message, true));
        }
        boolean late = !"NewReplicaSetAvailable".equals(before.get().getReason())
                && Instant.parse(before.get().getLastUpdateTime())
                        .plusSeconds(deadline)
                        .isBefore(now);
        if (late) {
            String message = "ReplicaSet \"" + name + "\" has timed out progressing.";
            return Optional.of(condition("Progressing", "False", "ProgressDeadlineExceeded", message, false));
        }
        return before;
    }

    private boolean hasProgressed(DeploymentStatus status) {
        DeploymentStatus old = deployment.getStatus();
        if (old == null) {
            return true;
        }
        int oldReplicas = value(old.getReplicas()) - value(old.getUpdatedReplicas());
        int nowOldReplicas = value(status.getReplicas()) - value(status.getUpdatedReplicas());
        return value(status.getUpdatedReplicas()) > value(old.getUpdatedReplicas())
                || nowOldReplicas < oldReplicas
                || value(status.getReadyReplicas()) > value(old.getReadyReplicas())
                || value(status.getAvailableReplicas()) > value(old.getAvailableReplicas());
    }

    private static Optional<DeploymentCondition> failure(ReplicaSets sets) {
        for (ReplicaSet set : sets.all()) {
            if (set.getStatus() == null) {
                continue;
            }
            for (ReplicaSetCondition c : set.getStatus().getConditions()) {
                if (c.getType().equals("ReplicaFailure") && "True".equals(c.getStatus())) {
                    return Optional.of(new DeploymentConditionBuilder()
                            .withType("ReplicaFailure")
                            .withStatus("True")
                            .withReason(c.getReason())
                            .withMessage(c.getMessage())
                            .withLastTransitionTime(c.getLastTransitionTime())
                            .withLastUpdateTime(c.getLastTransitionTime())
                            .build());
                }
            }
        }
        return Optional.empty();
    }

    /** Keeps the times of a condition that says the same as before, unless it should be touched. */
    private DeploymentCondition condition(String type, String status, String reason, String message, boolean touch) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        Optional<DeploymentCondition> before = before(type);
        boolean sameStatus = before.filter(b -> status.equals(b.getStatus())).isPresent();
        boolean same = sameStatus && reason.equals(before.get().getReason());
        return new DeploymentConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(sameStatus ? before.get().getLastTransitionTime() : time)
                .withLastUpdateTime(same && !touch ? before.get().getLastUpdateTime() : time)
                .build();
    }

    private Optional<DeploymentCondition> before(String type) {
        return deployment.getStatus() == null
                ? Optional.empty()
                : deployment.getStatus().getConditions().stream()
                        .filter(c -> c.getType().equals(type))
                        .findFirst();
    }

    static int value(Integer number) {
        return number == null ? 0 : number;
    }
}
