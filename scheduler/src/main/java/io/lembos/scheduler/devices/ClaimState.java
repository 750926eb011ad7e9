package io.lembos.scheduler.devices;

import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceRequestAllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimConsumerReference;
import io.lembos.api.meta.ObjectKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A claim and what is known of it.
 *
 * @param shape what it asks for
 * @param pending what this scheduler has decided to give it and nobody has confirmed yet
 * @param contested whether it was given a device that another claim had already: two schedulers have raced for it, and this
 *     claim came second
 */
public record ClaimState(ResourceClaim claim, ClaimShape shape, Optional<AllocationResult> pending, boolean contested) {
    /** How many pods may share one claim (resourceapi.ResourceClaimReservedForMaxSize). */
    private static final int CONSUMERS_MAX = 256;

    public String uid() {
        return claim.getMetadata().getUid();
    }

    public ObjectKey key() {
        return ObjectKey.of(claim);
    }

    /** What the API server says that it has got. */
    public Optional<AllocationResult> allocation() {
        return allocation(claim);
    }

    static Optional<AllocationResult> allocation(ResourceClaim claim) {
        return claim.getStatus() == null
                ? Optional.empty()
                : Optional.ofNullable(claim.getStatus().getAllocation());
    }

    /** Whom it is reserved for. */
    public static List<ResourceClaimConsumerReference> consumers(ResourceClaim claim) {
        return claim.getStatus() == null || claim.getStatus().getReservedFor() == null
                ? List.of()
                : claim.getStatus().getReservedFor();
    }

    /** @param uid of a pod */
    public boolean isReservedFor(String uid) {
        return consumers(claim).stream().anyMatch(c -> uid.equals(c.getUid()));
    }

    /** Whether it can be used by another pod beside those that it is reserved for. */
    public boolean canBeReserved() {
        return consumers(claim).size() < CONSUMERS_MAX;
    }

    /** The devices that nobody else may have meanwhile. */
    Set<DeviceId> holds() {
        return allocation().or(() -> pending).stream()
                .flatMap(a -> results(a).stream())
                .filter(r -> !Boolean.TRUE.equals(r.getAdminAccess()))
                .map(DeviceId::of)
                .collect(Collectors.toSet());
    }

    private static List<DeviceRequestAllocationResult> results(AllocationResult allocation) {
        return allocation.getDevices() == null || allocation.getDevices().getResults() == null
                ? List.of()
                : allocation.getDevices().getResults();
    }
}
