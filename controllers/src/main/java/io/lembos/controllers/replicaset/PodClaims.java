package io.lembos.controllers.replicaset;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.lembos.api.client.Client;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.selector.LabelSelectors;
import io.lembos.api.selector.Selector;
import io.lembos.controllers.common.Informers;
import io.lembos.controllers.common.Owners;
import io.lembos.controllers.common.PodStates;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides which pods belong to a ReplicaSet: adopts matching orphans, lets go of its own that no longer match. */
final class PodClaims {
    private final Client client;
    private final Informer<Pod> pods;

    PodClaims(Client client, Informer<Pod> pods) {
        this.client = client;
        this.pods = pods;
    }

    /** The active pods of the ReplicaSet, after adoption and release. */
    List<Pod> claim(ReplicaSet set) {
        Selector selector = LabelSelectors.of(set.getSpec().getSelector());
        boolean dying = set.getMetadata().getDeletionTimestamp() != null;
        List<Pod> claimed = new ArrayList<>();
        for (Pod pod : pods.byIndex(Informers.BY_CONTROLLER, set.getMetadata().getUid())) {
            if (selector.matches(pod.getMetadata().getLabels())) {
                claimed.add(pod);
            } else if (!dying) {
                release(set, pod);
            }
        }
        if (!dying) {
            for (Pod pod :
                    pods.byIndex(Informers.BY_NAMESPACE, set.getMetadata().getNamespace())) {
                if (isOrphan(pod) && selector.matches(pod.getMetadata().getLabels())) {
                    adopt(set, pod).ifPresent(claimed::add);
                }
            }
        }
        return claimed.stream().filter(PodStates::isActive).toList();
    }

    private static boolean isOrphan(Pod pod) {
        return Owners.controller(pod).isEmpty() && PodStates.isActive(pod);
    }

    private Optional<Pod> adopt(ReplicaSet set, Pod pod) {
        OwnerReference owner = Owners.controllerReference(set, Resources.REPLICA_SETS);
        try {
            return Optional.of(client.patch(Resources.PODS, ObjectKey.of(pod), Owners.adopt(pod, owner), ""));
        } catch (ApiError e) {
            return goneOrRefused(e);
        }
    }

    private void release(ReplicaSet set, Pod pod) {
        try {
            client.patch(
                    Resources.PODS,
                    ObjectKey.of(pod),
                    Owners.release(pod, set.getMetadata().getUid()),
                    "");
        } catch (ApiError e) {
            goneOrRefused(e);
        }
    }

    /** The pod is gone, or another one has its name: nothing to claim. */
    private static Optional<Pod> goneOrRefused(ApiError e) {
        if (e.is(Reason.NotFound) || e.is(Reason.Conflict) || e.is(Reason.Invalid)) {
            return Optional.empty();
        }
        throw e;
    }
}
