package io.lembos.controllers.persistentvolume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.lembos.api.client.Client;
import io.lembos.api.meta.Resources;
import io.lembos.api.volumes.ClaimedVolumes;
import io.lembos.api.volumes.StorageAnnotations;
import io.lembos.controllers.common.VolumeIndexes;
import java.util.Objects;

/**
 * Writes what has been decided about volumes and claims. Each write is left out if it would change nothing, and refused if
 * somebody was quicker, so that a binding that was cut short at any step goes on from there.
 */
record VolumeWrites(Client client) {
    static final String BOUND = "Bound";

    /** The volume first, so that nobody else takes it; then the claim. */
    void bind(PersistentVolume volume, PersistentVolumeClaim claim) {
        PersistentVolume given = phase(give(volume, claim), BOUND, "", "");
        PersistentVolumeClaim bound = name(claim, given);
        boolean same = bound.getStatus() != null
                && BOUND.equals(bound.getStatus().getPhase())
                && given.getSpec().getAccessModes().equals(bound.getStatus().getAccessModes())
                && bound.getStatus().getCapacity() != null
                && !bound.getStatus().getCapacity().isEmpty();
        if (!same) {
            client.updateStatus(
                    Resources.PERSISTENT_VOLUME_CLAIMS,
                    new PersistentVolumeClaimBuilder(bound)
                            .editOrNewStatus()
                            .withPhase(BOUND)
                            .withAccessModes(given.getSpec().getAccessModes())
                            .withCapacity(given.getSpec().getCapacity())
                            .endStatus()
                            .build());
        }
    }

    private PersistentVolume give(PersistentVolume volume, PersistentVolumeClaim claim) {
        return ClaimedVolumes.given(volume, claim)
                .map(given -> client.update(Resources.PERSISTENT_VOLUMES, given))
                .orElse(volume);
    }

    private PersistentVolumeClaim name(PersistentVolumeClaim claim, PersistentVolume volume) {
        boolean named =
                VolumeIndexes.volumeName(claim).equals(volume.getMetadata().getName());
        if (named
                && StorageAnnotations.get(claim, StorageAnnotations.BIND_COMPLETED)
                        .isPresent()) {
            return claim;
        }
        PersistentVolumeClaimBuilder bound = new PersistentVolumeClaimBuilder(claim)
                .editMetadata()
                .addToAnnotations(StorageAnnotations.BIND_COMPLETED, "yes")
                .endMetadata()
                .editSpec()
                .withVolumeName(volume.getMetadata().getName())
                .endSpec();
        if (!named) {
            bound.editMetadata()
                    .addToAnnotations(StorageAnnotations.BOUND_BY_CONTROLLER, "yes")
                    .endMetadata();
        }
        return client.update(Resources.PERSISTENT_VOLUME_CLAIMS, bound.build());
    }

    /** Takes back what only the cluster has chosen; what a user has reserved stays reserved by name. */
    void unbind(PersistentVolume volume) {
        PersistentVolumeBuilder left = new PersistentVolumeBuilder(volume);
        if (StorageAnnotations.get(volume, StorageAnnotations.BOUND_BY_CONTROLLER)
                .isPresent()) {
            left.editMetadata()
                    .removeFromAnnotations(StorageAnnotations.BOUND_BY_CONTROLLER)
                    .endMetadata()
                    .editSpec()
                    .withClaimRef(null)
                    .endSpec();
        } else {
            left.editSpec().editClaimRef().withUid(null).endClaimRef().endSpec();
        }
        phase(client.update(Resources.PERSISTENT_VOLUMES, left.build()), "Available", "", "");
    }

    /** @param reason why it failed, with a message; empty otherwise */
    PersistentVolume phase(PersistentVolume volume, String phase, String reason, String message) {
        if (volume.getStatus() != null
                && phase.equals(volume.getStatus().getPhase())
                && Objects.requireNonNullElse(volume.getStatus().getMessage(), "")
                        .equals(message)) {
            return volume;
        }
        return client.updateStatus(
                Resources.PERSISTENT_VOLUMES,
                new PersistentVolumeBuilder(volume)
                        .withNewStatus()
                        .withPhase(phase)
                        .withReason(reason.isEmpty() ? null : reason)
                        .withMessage(message.isEmpty() ? null : message)
                        .endStatus()
                        .build());
    }

    void phase(PersistentVolumeClaim claim, String phase) {
        if (claim.getStatus() == null || !phase.equals(claim.getStatus().getPhase())) {
            client.updateStatus(
                    Resources.PERSISTENT_VOLUME_CLAIMS,
                    new PersistentVolumeClaimBuilder(claim)
                            .withNewStatus()
                            .withPhase(phase)
                            .endStatus()
                            .build());
        }
    }

    void withClass(PersistentVolumeClaim claim, String className) {
        client.update(
                Resources.PERSISTENT_VOLUME_CLAIMS,
                new PersistentVolumeClaimBuilder(claim)
                        .editSpec()
                        .withStorageClassName(className)
                        .endSpec()
                        .build());
    }

    /** Says who is to make a volume for the claim. */
    void ask(PersistentVolumeClaim claim, String provisioner) {
        boolean asked = StorageAnnotations.get(claim, StorageAnnotations.PROVISIONER)
                .filter(provisioner::equals)
                .isPresent();
        if (!asked) {
            client.update(
                    Resources.PERSISTENT_VOLUME_CLAIMS,
                    new PersistentVolumeClaimBuilder(claim)
                            .editMetadata()
                            .addToAnnotations(StorageAnnotations.PROVISIONER, provisioner)
                            .addToAnnotations(StorageAnnotations.PROVISIONER_BETA, provisioner)
                            .endMetadata()
                            .build());
        }
    }
}
