package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.volumes.ClaimDemand;
import io.lembos.scheduler.cache.ClaimedVolume;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.Offers;
import io.lembos.scheduler.cache.Promise;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The claims of a pod that the scheduler is to find volumes for, and what each node can give them; the rules of
 * kube-scheduler's volume binder. A claim gets the smallest free volume that fits, the smallest claim first, and each
 * another; what is left is provisioned if the class can and the node may. Immutable.
 */
final class UnboundClaims {

    /** What a node can give. */
    sealed interface Outcome {
        /** @param promises for each claim its volume, or that one is to be made */
        record Found(Map<ObjectKey, Promise> promises) implements Outcome {}

        record NoVolumes() implements Outcome {}

        record NoStorage() implements Outcome {}
    }

    private static final Outcome NO_VOLUMES = new Outcome.NoVolumes();
    private static final Outcome NO_STORAGE = new Outcome.NoStorage();

    private record Claim(
            ClaimDemand demand, ClaimedVolume.Outlook outlook, VolumePool pool, Optional<Provisioning> provisioning) {}

    private final List<Claim> claims;

    private UnboundClaims(List<Claim> claims) {
        this.claims = claims;
    }

    /** @param all claims of a pod; those that the scheduler is not to bind are left out */
    static UnboundClaims of(List<ClaimedVolume> all, Offers offers) {
        return new UnboundClaims(all.stream()
                .filter(ClaimedVolume::isForSchedulerToBind)
                .map(volume -> claim(volume, offers))
                .sorted(Comparator.comparing(c -> c.demand().bytes()))
                .toList());
    }

    private static Claim claim(ClaimedVolume volume, Offers offers) {
        ClaimDemand demand = ClaimDemand.of(volume.claim().orElseThrow());
        Optional<StorageClass> type = offers.type(demand.className())
                .filter(t -> !volume.outlook().provisioner().isEmpty());
        return new Claim(
                demand,
                volume.outlook(),
                VolumePool.of(demand, offers.free(demand.className())),
                type.map(t -> Provisioning.of(t, demand, offers)));
    }

    boolean isEmpty() {
        return claims.isEmpty();
    }

    Outcome on(NodeInfo node) {
        Map<ObjectKey, Promise> promises = new LinkedHashMap<>();
        Set<String> taken = new HashSet<>();
        for (Claim claim : claims) {
            if (claim.outlook().node().filter(n -> !n.equals(node.name())).isPresent()) {
                return NO_VOLUMES;
            }
        }
        boolean enough = true;
        for (Claim claim : claims) {
            Optional<PersistentVolume> volume = volume(claim, node, taken);
            if (volume.isEmpty()) {
                if (claim.provisioning().filter(p -> p.isAllowedOn(node)).isEmpty()) {
                    return NO_VOLUMES;
                }
                enough &= claim.provisioning().get().isEnoughFor(node);
            }
            String name = volume.map(v -> v.getMetadata().getName()).orElse("");
            taken.add(name);
            promises.put(claim.demand().key(), Promise.of(name, node.name()));
        }
        return enough ? new Outcome.Found(promises) : NO_STORAGE;
    }

    private static Optional<PersistentVolume> volume(Claim claim, NodeInfo node, Set<String> taken) {
        if (claim.outlook().node().isPresent()) {
            return Optional.empty();
        }
        for (PersistentVolume reserved : claim.outlook().reserved()) {
            if (claim.demand().accepts(reserved)) {
                // Set aside for the claim: it takes no other.
                return Optional.of(reserved).filter(v -> Reach.of(v).includes(node));
            }
        }
        return claim.pool().smallest(node, taken);
    }
}
