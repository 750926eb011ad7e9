package io.lembos.controllers.deployment;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.lembos.api.client.Client;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Sums the sets of a Deployment into its status and writes that together with the revision, in one write and only if
 * anything changed.
 */
final class DeploymentStatusWriter {
    private final Client client;
    private final Clock clock;

    DeploymentStatusWriter(Client client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /**
     * @param created whether the new set was created just now
     */
    void write(Deployment deployment, ReplicaSets sets, boolean created) {
        DeploymentStatus counts = counts(deployment, sets);
        DeploymentStatus status = new DeploymentStatusBuilder(counts)
                .withConditions(new DeploymentConditions(deployment, clock.now())
                        .compute(
                                sets,
                                created,
                                counts,
                                RolloutLimits.of(deployment).maxUnavailable()))
                .build();
        String revision =
                sets.fresh().map(s -> String.valueOf(ReplicaSets.revision(s))).orElseGet(() -> annotation(deployment));
        boolean same = status.equals(deployment.getStatus()) && revision.equals(annotation(deployment));
        if (!same) {
            put(deployment, status, revision);
        }
    }

    /** The name of the present template's set is taken by another template: the next try uses another name. */
    void countCollision(Deployment deployment) {
        DeploymentStatus before = deployment.getStatus() == null ? new DeploymentStatus() : deployment.getStatus();
        int collisions = DeploymentConditions.value(before.getCollisionCount()) + 1;
        put(
                deployment,
                new DeploymentStatusBuilder(before)
                        .withCollisionCount(collisions)
                        .build(),
                annotation(deployment));
    }

    private void put(Deployment deployment, DeploymentStatus status, String revision) {
        DeploymentBuilder next = new DeploymentBuilder(deployment).withStatus(status);
        if (!revision.isEmpty()) {
            next.editMetadata().addToAnnotations(Annotations.REVISION, revision).endMetadata();
        }
        try {
            client.updateStatus(Resources.DEPLOYMENTS, next.build());
        } catch (ApiError e) {
            if (!e.is(Reason.NotFound)) {
                throw e;
            }
        }
    }

    private static String annotation(Deployment deployment) {
        Map<String, String> annotations = deployment.getMetadata().getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault(Annotations.REVISION, "");
    }

    private static DeploymentStatus counts(Deployment deployment, ReplicaSets sets) {
        int available = sum(sets, ReplicaSets::available);
        int wanted = sum(sets, s -> s.getSpec().getReplicas());
        return new DeploymentStatusBuilder()
                .withObservedGeneration(deployment.getMetadata().getGeneration())
                .withReplicas(orNull(sum(sets, ReplicaSets::actual)))
                .withUpdatedReplicas(
                        orNull(sets.fresh().map(ReplicaSets::actual).orElse(0)))
                .withReadyReplicas(orNull(sum(sets, ReplicaSets::ready)))
                .withAvailableReplicas(orNull(available))
                .withUnavailableReplicas(orNull(Math.max(0, wanted - available)))
                .withCollisionCount(
                        deployment.getStatus() == null
                                ? null
                                : deployment.getStatus().getCollisionCount())
                .build();
    }

    private static int sum(ReplicaSets sets, ToIntFunction<ReplicaSet> number) {
        return sets.all().stream().mapToInt(number).sum();
    }

    /** Zero is not written, as in Kubernetes. */
    private static Integer orNull(int count) {
        return count == 0 ? null : count;
    }
}
