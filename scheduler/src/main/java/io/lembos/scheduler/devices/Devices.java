package io.lembos.scheduler.devices;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.resource.v1.AllocationResult;
import io.fabric8.kubernetes.api.model.resource.v1.DeviceClass;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSlice;
import io.lembos.api.meta.ObjectKey;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * All devices, all claims on them, and who holds what. Immutable. Devices that can be used from one node only are kept by
 * node, so that a decision asks only for those of the nodes at which it looks.
 *
 * @param claims by their keys
 * @param classes by name
 * @param slices by pool and name
 * @param pools by id
 * @param local devices of each node's own, by the node's name
 * @param shared all other pools; the same object as long as nothing about them has changed
 * @param holders of each device that is held: uids of claims, and whether the API server knows of it
 */
public record Devices(
        PMap<ObjectKey, ClaimState> claims,
        PMap<String, DeviceClass> classes,
        PMap<PoolId, PMap<String, ResourceSlice>> slices,
        PMap<PoolId, DevicePool> pools,
        PMap<String, NodeDevices> local,
        PMap<PoolId, PoolUse> shared,
        PMap<DeviceId, PMap<String, Boolean>> holders) {
    public static final Devices NONE = new Devices(
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty());

    /** What became of the devices, and the nodes whose own devices are different now. */
    public record Change(Devices after, Set<String> nodes) {
        public Change {
            nodes = Set.copyOf(nodes);
        }

        /** Nodes' own devices are as before. */
        public static Change none(Devices after) {
            return new Change(after, Set.of());
        }
    }

    public NodeDevices of(String node) {
        return local.getOrDefault(node, NodeDevices.NONE);
    }

    public PodClaims claims(Pod pod) {
        return PodClaims.of(pod, claims::get);
    }

    /** Whether a pod with claims is judged alike, as far as neither its claims nor devices of one node have a say. */
    public boolean judgesLike(Devices other) {
        return classes == other.classes && shared == other.shared;
    }

    public Change with(ResourceClaim claim) {
        ObjectKey key = ObjectKey.of(claim);
        ClaimState before = claims.get(key);
        boolean same = before != null && before.uid().equals(claim.getMetadata().getUid());
        boolean allocated = ClaimState.allocation(claim).isPresent();
        Optional<AllocationResult> pending = same && !allocated ? before.pending() : Optional.empty();
        ClaimShape shape = same ? before.shape() : ClaimShape.of(claim);
        ClaimState after = new ClaimState(claim, shape, pending, false);
        boolean first = allocated && !(same && before.allocation().isPresent());
        boolean contested = first ? isContested(after) : allocated && same && before.contested();
        return claimed(key, before, new ClaimState(claim, shape, pending, contested));
    }

    public Change without(ResourceClaim claim) {
        ObjectKey key = ObjectKey.of(claim);
        return claimed(key, claims.get(key), null);
    }

    public Devices with(DeviceClass type) {
        String name = type.getMetadata().getName();
        DeviceClass present = classes.get(name);
        return present != null && present.getSpec().equals(type.getSpec())
                ? this
                : new Devices(claims, classes.plus(name, type), slices, pools, local, shared, holders);
    }

    public Devices without(DeviceClass type) {
        return new Devices(claims, classes.minus(type.getMetadata().getName()), slices, pools, local, shared, holders);
    }

    public Change with(ResourceSlice slice) {
        PoolId id = PoolId.of(slice);
        PMap<String, ResourceSlice> present = slices.getOrDefault(id, HashTreePMap.empty());
        return sliced(id, present.plus(slice.getMetadata().getName(), slice));
    }

    public Change without(ResourceSlice slice) {
        PoolId id = PoolId.of(slice);
        PMap<String, ResourceSlice> present = slices.getOrDefault(id, HashTreePMap.empty());
        return sliced(id, present.minus(slice.getMetadata().getName()));
    }

    /**
     * The scheduler gives a claim something; empty if it has got something already, is not there any more, or somebody else
     * has got it meanwhile.
     */
    public Optional<Change> pending(ClaimState claim, AllocationResult allocation) {
        ClaimState present = claims.get(claim.key());
        boolean open = present != null
                && present.uid().equals(claim.uid())
                && present.allocation().isEmpty()
                && present.pending().isEmpty();
        if (!open) {
            return Optional.empty();
        }
        ClaimState given = new ClaimState(present.claim(), present.shape(), Optional.of(allocation), false);
        return given.holds().stream().anyMatch(holders::containsKey)
                ? Optional.empty()
                : Optional.of(claimed(claim.key(), present, given));
    }

    /** The scheduler takes back what it has given and nobody has confirmed yet. */
    public Change notPending(ClaimState claim, AllocationResult allocation) {
        ClaimState present = claims.get(claim.key());
        return present != null
                        && present.uid().equals(claim.uid())
                        && present.pending()
                                .filter(given -> given == allocation)
                                .isPresent()
                ? claimed(
                        claim.key(),
                        present,
                        new ClaimState(present.claim(), present.shape(), Optional.empty(), present.contested()))
                : Change.none(this);
    }

    private boolean isContested(ClaimState claim) {
        return claim.holds().stream()
                .flatMap(device -> holders.getOrDefault(device, HashTreePMap.empty()).entrySet().stream())
                .anyMatch(holder -> holder.getValue() && !holder.getKey().equals(claim.uid()));
    }

    private Change claimed(ObjectKey key, ClaimState before, ClaimState after) {
        PMap<ObjectKey, ClaimState> newer = after == null ? claims.minus(key) : claims.plus(key, after);
        Use use = new Use(this);
        if (before != null) {
            before.holds().forEach(device -> use.release(device, before.uid()));
        }
        if (after != null) {
            boolean confirmed = after.allocation().isPresent();
            after.holds().forEach(device -> use.hold(device, after.uid(), confirmed));
        }
        return use.change(newer);
    }

    private Change sliced(PoolId id, PMap<String, ResourceSlice> of) {
        Set<String> nodes = new HashSet<>();
        PMap<String, NodeDevices> own = local;
        PMap<PoolId, PoolUse> others = shared.minus(id);
        DevicePool before = pools.get(id);
        if (before != null && before.node().isPresent()) {
            String node = before.node().get();
            nodes.add(node);
            NodeDevices left = of(node).without(id);
            own = left.pools().isEmpty() ? own.minus(node) : own.plus(node, left);
        }
        if (of.isEmpty()) {
            return new Change(
                    new Devices(claims, classes, slices.minus(id), pools.minus(id), own, others, holders), nodes);
        }
        DevicePool pool = DevicePool.of(id, List.copyOf(of.values()));
        PoolUse use = PoolUse.of(pool, holders::containsKey);
        if (pool.node().isPresent()) {
            String node = pool.node().get();
            nodes.add(node);
            own = own.plus(node, own.getOrDefault(node, NodeDevices.NONE).with(use));
        } else {
            others = others.plus(id, use);
        }
        return new Change(
                new Devices(claims, classes, slices.plus(id, of), pools.plus(id, pool), own, others, holders), nodes);
    }

    /** Who holds what, while it changes. */
    private static final class Use {
        private final Devices before;
        private PMap<DeviceId, PMap<String, Boolean>> holders;
        private final Set<DeviceId> touched = new HashSet<>();

        Use(Devices before) {
            this.before = before;
            holders = before.holders;
        }

        void release(DeviceId device, String claim) {
            PMap<String, Boolean> left =
                    holders.getOrDefault(device, HashTreePMap.empty()).minus(claim);
            holders = left.isEmpty() ? holders.minus(device) : holders.plus(device, left);
            touched.add(device);
        }

        void hold(DeviceId device, String claim, boolean confirmed) {
            holders = holders.plus(
                    device, holders.getOrDefault(device, HashTreePMap.empty()).plus(claim, confirmed));
            touched.add(device);
        }

        Change change(PMap<ObjectKey, ClaimState> claims) {
            Set<String> nodes = new HashSet<>();
            PMap<String, NodeDevices> own = before.local;
            PMap<PoolId, PoolUse> others = before.shared;
            for (DeviceId device : touched) {
                boolean taken = holders.containsKey(device);
                DevicePool pool = before.pools.get(device.inPool());
                if (pool == null || taken == before.holders.containsKey(device)) {
                    continue;
                }
                if (pool.node().isEmpty()) {
                    others = others.plus(pool.id(), others.get(pool.id()).with(device, taken));
                    continue;
                }
                String node = pool.node().get();
                nodes.add(node);
                NodeDevices there = own.get(node);
                for (PoolUse use : there.pools()) {
                    if (use.pool() == pool) {
                        own = own.plus(node, there.with(use.with(device, taken)));
                    }
                }
            }
            return new Change(
                    new Devices(claims, before.classes, before.slices, before.pools, own, others, holders), nodes);
        }
    }
}
