package io.lembos.controllers.deployment;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatus;
import io.fabric8.kubernetes.api.model.apps.DeploymentStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.lembos.api.client.Client;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.Clock;
import java.util.function.ToIntFunction;

/** Sums the sets of a Deployment into its status and writes that, if anything changed. */
final class DeploymentStatusWriter {
    private final Client client;
    private final Clock clock;

    DeploymentStatusWriter(Client client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    void write(Deployment deployment, ReplicaSets sets) {
        DeploymentStatus counts = counts(deployment, sets);
        DeploymentStatus status = new DeploymentStatusBuilder(counts)
                .withConditions(new DeploymentConditions(deployment, clock.now())
                        .compute(sets, counts, RolloutLimits.of(deployment).maxUnavailable()))
                .build();
        if (!status.equals(deployment.getStatus())) {
            put(deployment, status);
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
                        .build());
    }

    private void put(Deployment deployment, DeploymentStatus status) {
        client.updateStatus(
                Resources.DEPLOYMENTS,
                new DeploymentBuilder(deployment).withStatus(status).build());
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
