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

/**
 * The conditions Available, Progressing and ReplicaFailure of a Deployment, in Kubernetes' words ({@code progress.go},
 * {@code sync.go}). Pure.
 */
final class DeploymentConditions {
    private static final String AVAILABLE = "Available";
    private static final String PROGRESSING = "Progressing";
    private static final String REPLICA_FAILURE = "ReplicaFailure";
    private static final String PAUSED = "DeploymentPaused";
    private static final String COMPLETE = "NewReplicaSetAvailable";
    private static final String TIMED_OUT = "ProgressDeadlineExceeded";

    private final Deployment deployment;
    private final Instant now;

    /** What the status says until now, and step by step what it will say. */
    private final List<DeploymentCondition> conditions;

    DeploymentConditions(Deployment deployment, Instant now) {
        this.deployment = deployment;
        this.now = now;
        this.conditions = new ArrayList<>(
                deployment.getStatus() == null
                        ? List.of()
                        : deployment.getStatus().getConditions());
    }

    /**
     * @param created whether {@link ReplicaSets#fresh} was created just now
     */
    List<DeploymentCondition> compute(ReplicaSets sets, boolean created, DeploymentStatus status, int maxUnavailable) {
        available(status, maxUnavailable);
        if (!hasDeadline()) {
            remove(PROGRESSING);
        } else if (!pausedOrResumed()) {
            progressing(sets, created, status);
        }
        failure(sets);
        return List.copyOf(conditions);
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
        Optional<DeploymentCondition> progressing = find(PROGRESSING);
        boolean waits = hasDeadline()
                && !isPaused()
                && progressing.isPresent()
                && !isComplete(deployment, deployment.getStatus())
                && !COMPLETE.equals(progressing.get().getReason())
                && !TIMED_OUT.equals(progressing.get().getReason());
        if (!waits) {
            return Optional.empty();
        }
        // One second more, because the times in conditions are whole seconds.
        Duration left = Duration.between(now, deadline(progressing.get()).plusSeconds(1));
        return Optional.of(left.isNegative() ? Duration.ofSeconds(1) : left);
    }

    private void available(DeploymentStatus status, int maxUnavailable) {
        if (value(status.getAvailableReplicas()) >= deployment.getSpec().getReplicas() - maxUnavailable) {
            set(AVAILABLE, "True", "MinimumReplicasAvailable", "Deployment has minimum availability.");
        } else {
            set(AVAILABLE, "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.");
        }
    }

    /** Whether pausing decides what Progressing says. */
    private boolean pausedOrResumed() {
        boolean saysPaused = hasReason(PAUSED);
        if (isPaused()) {
            // A rollout that has failed stays failed.
            if (!hasReason(TIMED_OUT)) {
                set(PROGRESSING, "Unknown", PAUSED, "Deployment is paused");
            }
            return true;
        }
        if (saysPaused) {
            set(PROGRESSING, "Unknown", "DeploymentResumed", "Deployment is resumed");
        }
        return false;
    }

    private void progressing(ReplicaSets sets, boolean created, DeploymentStatus status) {
        String name = sets.fresh().map(s -> s.getMetadata().getName()).orElse("");
        if (created) {
            set(PROGRESSING, "True", "NewReplicaSetCreated", "Created new replica set \"" + name + "\"");
        } else if (find(PROGRESSING).isEmpty() && sets.fresh().isPresent()) {
            set(PROGRESSING, "True", "FoundNewReplicaSet", "Found new replica set \"" + name + "\"");
        }
        boolean wasComplete = value(status.getReplicas()) == value(status.getUpdatedReplicas()) && hasReason(COMPLETE);
        if (wasComplete) {
            return;
        }
        String subject = name.isEmpty()
                ? "Deployment \"" + deployment.getMetadata().getName() + "\""
                : "ReplicaSet \"" + name + "\"";
        if (isComplete(deployment, status)) {
            set(PROGRESSING, "True", COMPLETE, subject + " has successfully progressed.");
        } else if (hasProgressed(status)) {
            touch("ReplicaSetUpdated", subject + " is progressing.");
        } else if (isLate()) {
            set(PROGRESSING, "False", TIMED_OUT, subject + " has timed out progressing.");
        }
    }

    private boolean hasProgressed(DeploymentStatus status) {
        DeploymentStatus old = deployment.getStatus() == null ? new DeploymentStatus() : deployment.getStatus();
        int oldReplicas = value(old.getReplicas()) - value(old.getUpdatedReplicas());
        int nowOldReplicas = value(status.getReplicas()) - value(status.getUpdatedReplicas());
        return value(status.getUpdatedReplicas()) > value(old.getUpdatedReplicas())
                || nowOldReplicas < oldReplicas
                || value(status.getReadyReplicas()) > value(old.getReadyReplicas())
                || value(status.getAvailableReplicas()) > value(old.getAvailableReplicas());
    }

    private boolean isLate() {
        Optional<DeploymentCondition> progressing = find(PROGRESSING);
        return progressing.isPresent()
                && !hasReason(COMPLETE)
                && (hasReason(TIMED_OUT) || deadline(progressing.get()).isBefore(now));
    }

    private Instant deadline(DeploymentCondition progressing) {
        return Instant.parse(progressing.getLastUpdateTime())
                .plusSeconds(deployment.getSpec().getProgressDeadlineSeconds());
    }

    /** What keeps pods from being made: of the new set if it fails, else of any. */
    private void failure(ReplicaSets sets) {
        List<ReplicaSet> newestFirst = new ArrayList<>();
        sets.fresh().ifPresent(newestFirst::add);
        newestFirst.addAll(sets.old());
        for (ReplicaSet set : newestFirst) {
            List<ReplicaSetCondition> ofSet =
                    set.getStatus() == null ? List.of() : set.getStatus().getConditions();
            for (ReplicaSetCondition c : ofSet) {
                if (c.getType().equals(REPLICA_FAILURE) && "True".equals(c.getStatus())) {
                    set(REPLICA_FAILURE, "True", c.getReason(), c.getMessage());
                    return;
                }
            }
        }
        remove(REPLICA_FAILURE);
    }

    private boolean isPaused() {
        return Boolean.TRUE.equals(deployment.getSpec().getPaused());
    }

    private boolean hasDeadline() {
        Integer deadline = deployment.getSpec().getProgressDeadlineSeconds();
        return deadline != null && deadline != Integer.MAX_VALUE;
    }

    private boolean hasReason(String reason) {
        return find(PROGRESSING).filter(c -> reason.equals(c.getReason())).isPresent();
    }

    private Optional<DeploymentCondition> find(String type) {
        return conditions.stream().filter(c -> c.getType().equals(type)).findFirst();
    }

    private void remove(String type) {
        conditions.removeIf(c -> c.getType().equals(type));
    }

    /** Writes a condition, unless it says so already. */
    private void set(String type, String status, String reason, String message) {
        Optional<DeploymentCondition> before = find(type);
        boolean same = before.isPresent()
                && status.equals(before.get().getStatus())
                && reason.equals(before.get().getReason());
        if (!same) {
            replace(type, status, reason, message);
        }
    }

    /** There is progress: the condition is written anew even if it says the same, for the sake of its time. */
    private void touch(String reason, String message) {
        replace(PROGRESSING, "True", reason, message);
    }

    private void replace(String type, String status, String reason, String message) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        Optional<DeploymentCondition> before = find(type);
        boolean sameStatus = before.filter(b -> status.equals(b.getStatus())).isPresent();
        remove(type);
        conditions.add(new DeploymentConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(sameStatus ? before.get().getLastTransitionTime() : time)
                .withLastUpdateTime(time)
                .build());
    }

    static int value(Integer number) {
        return number == null ? 0 : number;
    }
}
