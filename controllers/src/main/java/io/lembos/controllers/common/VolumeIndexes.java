package io.lembos.controllers.common;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.volumes.ClaimDemand;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** By what volumes and claims find each other, so that a change costs as much as it concerns. Pure. */
public final class VolumeIndexes {
    /** Volumes that nobody has, by class; claims that name no volume, by class. */
    public static final String UNBOUND_BY_CLASS = "unbound";

    /** Volumes by the key of the claim that they are for. */
    public static final String BY_OWNER = "owner";

    /** Claims by the volume that they name. */
    public static final String BY_VOLUME = "volume";

    static final Map<String, Function<PersistentVolume, Collection<String>>> OF_VOLUMES = Map.of(
            UNBOUND_BY_CLASS,
            volume -> ClaimDemand.isFree(volume) ? List.of(ClaimDemand.className(volume)) : List.of(),
            BY_OWNER,
            volume -> owner(volume).map(ObjectKey::toString).stream().toList());

    static final Map<String, Function<PersistentVolumeClaim, Collection<String>>> OF_CLAIMS = Map.of(
            UNBOUND_BY_CLASS,
            claim -> volumeName(claim).isEmpty() ? List.of(ClaimDemand.className(claim)) : List.of(),
            BY_VOLUME,
            claim -> volumeName(claim).isEmpty() ? List.of() : List.of(volumeName(claim)));

    private VolumeIndexes() {}

    /** The claim that a volume is for; empty if it is for anybody. */
    public static Optional<ObjectKey> owner(PersistentVolume volume) {
        ObjectReference owner = volume.getSpec().getClaimRef();
        return owner == null ? Optional.empty() : Optional.of(ObjectKey.of(owner.getNamespace(), owner.getName()));
    }

    /** The volume that a claim names; empty if it names none. */
    public static String volumeName(PersistentVolumeClaim claim) {
        String name = claim.getSpec().getVolumeName();
        return name == null ? "" : name;
    }
}
