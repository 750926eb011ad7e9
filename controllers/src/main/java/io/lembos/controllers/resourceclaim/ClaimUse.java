package io.lembos.controllers.resourceclaim;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimConsumerReference;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.controllers.common.Owners;
import io.lembos.controllers.common.PodStates;
import java.util.List;
import java.util.Optional;

/**
 * Strikes pods that will not run any more from the list of those that a claim is reserved for. With the last of them a
 * claim gives back what it has got, and a claim that was made for a pod goes. Safe for all threads.
 */
final class ClaimUse {
    /** What keeps a claim from going while it has something. */
    private static final String FINALIZER = "resource.kubernetes.io/delete-protection";

    private final Client client;
    private final Informer<Pod> pods;

    ClaimUse(Client client, Informer<Pod> pods) {
        this.client = client;
        this.pods = pods;
    }

    /** Whether none of its containers runs or ever will. */
    static boolean isDone(Pod pod) {
        String node = pod.getSpec().getNodeName();
        return PodStates.hasEnded(pod)
                || pod.getMetadata().getDeletionTimestamp() != null && (node == null || node.isEmpty());
    }

    void reconcile(ResourceClaim claim) {
        try {
            List<ResourceClaimConsumerReference> present = consumers(claim);
            List<ResourceClaimConsumerReference> left =
                    present.stream().filter(each -> isInUse(claim, each)).toList();
            boolean guarded = claim.getMetadata().getFinalizers().contains(FINALIZER);
            boolean deleted = claim.getMetadata().getDeletionTimestamp() != null;
            if (left.size() < present.size()) {
                ResourceClaim changed = update(claim, left);
                if (guarded && !hasSomething(changed)) {
                    unguard(changed);
                }
            } else if (guarded && deleted && left.isEmpty()) {
                unguard(hasSomething(claim) ? update(claim, left) : claim);
            }
            if (left.isEmpty() && !deleted && isAbandoned(claim)) {
                client.delete(
                        Resources.RESOURCE_CLAIMS,
                        ObjectKey.of(claim),
                        DeleteOptions.of(claim.getMetadata().getUid()));
            }
        } catch (ApiError e) {
            if (!e.is(Reason.NotFound)) {
                throw e;
            }
        }
    }

    private static List<ResourceClaimConsumerReference> consumers(ResourceClaim claim) {
        return claim.getStatus() == null || claim.getStatus().getReservedFor() == null
                ? List.of()
                : claim.getStatus().getReservedFor();
    }

    private static boolean hasSomething(ResourceClaim claim) {
        return claim.getStatus() != null && claim.getStatus().getAllocation() != null;
    }

    /** A pod that the watch has not shown may be one that it has not shown yet: the API server knows. */
    private boolean isInUse(ResourceClaim claim, ResourceClaimConsumerReference consumer) {
        if (consumer.getApiGroup() != null && !consumer.getApiGroup().isEmpty()
                || !"pods".equals(consumer.getResource())) {
            return true;
        }
        ObjectKey key = ObjectKey.of(claim.getMetadata().getNamespace(), consumer.getName());
        Optional<Pod> pod = pods.get(key).or(() -> client.get(Resources.PODS, key));
        return pod.filter(p -> p.getMetadata().getUid().equals(consumer.getUid()) && !isDone(p))
                .isPresent();
    }

    private ResourceClaim update(ResourceClaim claim, List<ResourceClaimConsumerReference> left) {
        ResourceClaim changed = new ResourceClaimBuilder(claim)
                .editStatus()
                .withReservedFor(left)
                .endStatus()
                .build();
        if (left.isEmpty() && claim.getMetadata().getFinalizers().contains(FINALIZER)) {
            changed.getStatus().setAllocation(null);
            changed.getStatus().setDevices(List.of());
        }
        return client.updateStatus(Resources.RESOURCE_CLAIMS, changed);
    }

    private void unguard(ResourceClaim claim) {
        client.update(
                Resources.RESOURCE_CLAIMS,
                new ResourceClaimBuilder(claim)
                        .editMetadata()
                        .removeFromFinalizers(FINALIZER)
                        .endMetadata()
                        .build());
    }

    /** Whether it was made for a pod that is replaced or done; of one that is gone the garbage collector takes care. */
    private boolean isAbandoned(ResourceClaim claim) {
        Optional<OwnerReference> owner =
                Owners.controller(claim).filter(o -> o.getKind().equals("Pod"));
        return owner.flatMap(o -> pods.get(ObjectKey.of(claim.getMetadata().getNamespace(), o.getName())))
                .filter(pod -> !pod.getMetadata().getUid().equals(owner.get().getUid()) || isDone(pod))
                .isPresent();
    }
}
