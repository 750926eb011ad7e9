package io.lembos.scheduler.plugins.dynamicresources;

import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimConsumerReference;
import io.lembos.api.client.Client;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.devices.ClaimState;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Says at the API server what claims have got and for whom they are reserved. Somebody else may change a claim meanwhile:
 * then it is read anew and tried again, a few times. Calls block; safe for all threads.
 */
final class ClaimWriter {
    /** What keeps a claim from going while it has something (resourceapi.Finalizer). */
    static final String FINALIZER = "resource.kubernetes.io/delete-protection";

    private static final int TRIES = 5;

    private final Client client;

    ClaimWriter(Client client) {
        this.client = client;
    }

    /**
     * Reserves a claim for a pod.
     *
     * @param allocation what the claim gets with that; empty if it has got something already
     * @throws IllegalStateException when that cannot be done any more; says why
     */
    void reserve(ResourceClaim claim, Optional<AllocationResult> allocation, PodInfo pod) {
        ResourceClaim current = claim;
        for (int i = 1; ; i++) {
            try {
                reserveOnce(current, allocation, pod);
                return;
            } catch (ApiError e) {
                if (!e.is(Reason.Conflict) || i == TRIES) {
                    throw e;
                }
                current = client.get(Resources.RESOURCE_CLAIMS, ObjectKey.of(claim))
                        .filter(c -> isSame(c, claim))
                        .orElseThrow(() -> new IllegalStateException("claim " + ObjectKey.of(claim) + " is gone"));
            }
        }
    }

    private void reserveOnce(ResourceClaim claim, Optional<AllocationResult> allocation, PodInfo pod) {
        ResourceClaim current = claim;
        if (current.getMetadata().getDeletionTimestamp() != null) {
            throw new IllegalStateException("claim " + ObjectKey.of(claim) + " got deleted in the meantime");
        }
        if (allocation.isPresent()) {
            if (current.getStatus() != null && current.getStatus().getAllocation() != null) {
                throw new IllegalStateException(
                        "claim " + ObjectKey.of(claim) + " got allocated elsewhere in the meantime");
            }
            if (!current.getMetadata().getFinalizers().contains(FINALIZER)) {
                current = client.update(
                        Resources.RESOURCE_CLAIMS,
                        new ResourceClaimBuilder(current)
                                .editMetadata()
                                .addToFinalizers(FINALIZER)
                                .endMetadata()
                                .build());
            }
        }
        var status = new ResourceClaimBuilder(current)
                .editOrNewStatus()
                .addNewReservedFor()
                .withResource("pods")
                .withName(pod.key().name())
                .withUid(pod.uid())
                .endReservedFor();
        allocation.ifPresent(status::withAllocation);
        client.updateStatus(Resources.RESOURCE_CLAIMS, status.endStatus().build());
    }

    /**
     * The pod does not need the claim after all.
     *
     * @param given whether what the claim has got was meant for this pod: unless others use it too, it is free again
     */
    void release(ClaimState claim, PodInfo pod, boolean given) {
        change(claim, present -> {
            List<ResourceClaimConsumerReference> others = ClaimState.consumers(present).stream()
                    .filter(each -> !pod.uid().equals(each.getUid()))
                    .toList();
            boolean reserved = others.size() < ClaimState.consumers(present).size();
            return reserved
                    ? Optional.of(with(
                            present,
                            others,
                            given && others.isEmpty()
                                    ? null
                                    : present.getStatus().getAllocation()))
                    : Optional.empty();
        });
    }

    /** Takes from a claim what it has, if nobody but this pod uses it. */
    void deallocate(ClaimState claim, PodInfo pod) {
        change(
                claim,
                present -> ClaimState.consumers(present).stream()
                                        .allMatch(each -> pod.uid().equals(each.getUid()))
                                && present.getStatus() != null
                        ? Optional.of(with(present, List.of(), null))
                        : Optional.empty());
    }

    private static ResourceClaim with(
            ResourceClaim claim, List<ResourceClaimConsumerReference> consumers, AllocationResult allocation) {
        ResourceClaim changed = new ResourceClaimBuilder(claim)
                .editStatus()
                .withReservedFor(consumers)
                .endStatus()
                .build();
        changed.getStatus().setAllocation(allocation);
        if (allocation == null) {
            changed.getStatus().setDevices(List.of());
        }
        return changed;
    }

    private void change(ClaimState claim, Function<ResourceClaim, Optional<ResourceClaim>> change) {
        for (int i = 1; ; i++) {
            try {
                client.get(Resources.RESOURCE_CLAIMS, claim.key())
                        .filter(present -> isSame(present, claim.claim()))
                        .flatMap(change)
                        .ifPresent(changed -> client.updateStatus(Resources.RESOURCE_CLAIMS, changed));
                return;
            } catch (ApiError e) {
                if (e.is(Reason.NotFound)) {
                    return;
                }
                if (!e.is(Reason.Conflict) || i == TRIES) {
                    throw e;
                }
            }
        }
    }

    private static boolean isSame(ResourceClaim one, ResourceClaim other) {
        return one.getMetadata().getUid().equals(other.getMetadata().getUid());
    }
}
