package io.lembos.controllers.deployment;

import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import java.util.Map;
import java.util.Objects;

/** Writes replicas and annotations of a Deployment's ReplicaSets, only where they change, and tells about it. */
final class ReplicaSetScaler {
    private final Client client;
    private final EventRecorder events;

    ReplicaSetScaler(Client client, EventRecorder events) {
        this.client = client;
        this.events = events;
    }

    /** Whether the number of replicas changed. */
    boolean scale(Deployment deployment, ReplicaSet set, int replicas) {
        int before = set.getSpec().getReplicas();
        Map<String, String> annotations = ReplicaSets.sizeAnnotations(deployment);
        boolean same =
                before == replicas && ReplicaSets.annotations(set).entrySet().containsAll(annotations.entrySet());
        if (!same) {
            client.update(
                    Resources.REPLICA_SETS,
                    new ReplicaSetBuilder(set)
                            .editMetadata()
                            .addToAnnotations(annotations)
                            .endMetadata()
                            .editSpec()
                            .withReplicas(replicas)
                            .endSpec()
                            .build());
        }
        if (before != replicas) {
            tell(deployment, set.getMetadata().getName(), before, replicas);
        }
        return before != replicas;
    }

    /**
     * Hands on what the Deployment says of itself to the set with its present template: annotations, the time a pod must
     * be ready, and the newest revision, if an older template was taken up again.
     */
    ReplicaSet keepUp(Deployment deployment, ReplicaSet fresh, long revision) {
        Map<String, String> annotations = ReplicaSets.freshAnnotations(deployment, fresh, revision);
        Integer minReadySeconds = deployment.getSpec().getMinReadySeconds();
        boolean same = annotations.equals(ReplicaSets.annotations(fresh))
                && Objects.equals(minReadySeconds, fresh.getSpec().getMinReadySeconds());
        if (same) {
            return fresh;
        }
        return client.update(
                Resources.REPLICA_SETS,
                new ReplicaSetBuilder(fresh)
                        .editMetadata()
                        .withAnnotations(annotations)
                        .endMetadata()
                        .editSpec()
                        .withMinReadySeconds(minReadySeconds)
                        .endSpec()
                        .build());
    }

    void delete(ReplicaSet set) {
        try {
            client.delete(
                    Resources.REPLICA_SETS,
                    ObjectKey.of(set),
                    DeleteOptions.of(set.getMetadata().getUid()));
        } catch (ApiError e) {
            if (!e.is(Reason.NotFound)) {
                throw e;
            }
        }
    }

    void tell(Deployment deployment, String set, int before, int after) {
        String way = after > before ? "up" : "down";
        events.normal(
                deployment,
                "ScalingReplicaSet",
                "Scaled " + way + " replica set " + set + " from " + before + " to " + after);
    }
}
