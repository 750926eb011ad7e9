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

/** Writes replicas and annotations of a Deployment's ReplicaSets, only where they change, and tells about it. */
final class ReplicaSetScaler {
    private final Client client;
    private final EventRecorder events;

    ReplicaSetScaler(Client client, EventRecorder events) {
        this.client = client;
        this.events = events;
    }

    void scale(Deployment deployment, ReplicaSet set, int replicas) {
        int before = set.getSpec().getReplicas();
        if (write(deployment, set, replicas, ReplicaSets.revision(set)) && before != replicas) {
            tell(deployment, set.getMetadata().getName(), before, replicas);
        }
    }

    void setRevision(Deployment deployment, ReplicaSet set, long revision) {
        write(deployment, set, set.getSpec().getReplicas(), revision);
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

    private boolean write(Deployment deployment, ReplicaSet set, int replicas, long revision) {
        Map<String, String> annotations = ReplicaSets.annotations(deployment, revision);
        Map<String, String> present = set.getMetadata().getAnnotations();
        boolean same = set.getSpec().getReplicas() == replicas
                && present != null
                && present.entrySet().containsAll(annotations.entrySet());
        if (same) {
            return false;
        }
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
        return true;
    }
}
