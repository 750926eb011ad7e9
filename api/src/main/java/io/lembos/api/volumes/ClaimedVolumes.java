package io.lembos.api.volumes;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import java.util.Optional;

/** A volume as it is given to a claim: the first half of a binding, which scheduler and controller write alike. Pure. */
public final class ClaimedVolumes {
    private ClaimedVolumes() {}

    /**
     * The volume with the claim in its {@code claimRef}, marked as bound by a controller unless somebody had reserved it for
     * the claim by hand (pkg/controller/volume/persistentvolume, util.GetBindVolumeToClaim).
     *
     * @return empty if it is the claim's already
     */
    public static Optional<PersistentVolume> given(PersistentVolume volume, PersistentVolumeClaim claim) {
        ObjectReference owner = volume.getSpec().getClaimRef();
        if (owner != null && claim.getMetadata().getUid().equals(owner.getUid())) {
            return Optional.empty();
        }
        PersistentVolumeBuilder given = new PersistentVolumeBuilder(volume)
                .editSpec()
                .withClaimRef(new ObjectReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind("PersistentVolumeClaim")
                        .withNamespace(claim.getMetadata().getNamespace())
                        .withName(claim.getMetadata().getName())
                        .withUid(claim.getMetadata().getUid())
                        .withResourceVersion(claim.getMetadata().getResourceVersion())
                        .build())
                .endSpec();
        if (owner == null) {
            given.editMetadata()
                    .addToAnnotations(StorageAnnotations.BOUND_BY_CONTROLLER, "yes")
                    .endMetadata();
        }
        return Optional.of(given.build());
    }
}
