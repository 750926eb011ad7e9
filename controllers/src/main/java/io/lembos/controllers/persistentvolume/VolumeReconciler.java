package io.lembos.controllers.persistentvolume;

import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.lembos.api.client.Client;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.volumes.StorageAnnotations;
import io.lembos.controllers.common.Informers;
import io.lembos.controllers.common.VolumeIndexes;
import java.util.Optional;
import java.util.Set;

/**
 * Says how one volume is, and what becomes of it when its claim is gone: kept, or left to its provisioner to delete. Rules
 * of Kubernetes' persistent volume controller.
 */
record VolumeReconciler(Client client, Informers informers, VolumeWrites writes, EventRecorder events) {
    private static final Set<String> WITHOUT_CLAIM = Set.of("Released", "Failed");

    void reconcile(String name) {
        informers.persistentVolumes.get(ObjectKey.cluster(name)).ifPresent(this::reconcile);
    }

    private void reconcile(PersistentVolume volume) {
        ObjectReference owner = volume.getSpec().getClaimRef();
        if (owner == null || owner.getUid() == null || owner.getUid().isEmpty()) {
            writes.phase(volume, "Available", "", "");
            return;
        }
        Optional<PersistentVolumeClaim> claim = claim(volume, owner);
        if (claim.isEmpty()) {
            release(volume);
            return;
        }
        String named = VolumeIndexes.volumeName(claim.get());
        if (named.equals(volume.getMetadata().getName())) {
            writes.phase(volume, VolumeWrites.BOUND, "", "");
        } else if (!named.isEmpty()) {
            misbound(volume);
        }
        // A claim that names no volume yet is bound as it is looked at itself.
    }

    /** The claim itself, not another of the same name; the watch may be late. */
    private Optional<PersistentVolumeClaim> claim(PersistentVolume volume, ObjectReference owner) {
        ObjectKey key = ObjectKey.of(owner.getNamespace(), owner.getName());
        Optional<PersistentVolumeClaim> known =
                informers.persistentVolumeClaims.get(key).filter(c -> is(c, owner));
        return known.isPresent() || WITHOUT_CLAIM.contains(phase(volume))
                ? known
                : client.get(Resources.PERSISTENT_VOLUME_CLAIMS, key).filter(c -> is(c, owner));
    }

    private static boolean is(PersistentVolumeClaim claim, ObjectReference owner) {
        return claim.getMetadata().getUid().equals(owner.getUid());
    }

    /** The claim has got another volume. */
    private void misbound(PersistentVolume volume) {
        boolean made = StorageAnnotations.get(volume, StorageAnnotations.PROVISIONED_BY)
                .isPresent();
        if (made && "Delete".equals(volume.getSpec().getPersistentVolumeReclaimPolicy())) {
            release(volume);
        } else {
            writes.unbind(volume);
        }
    }

    private void release(PersistentVolume volume) {
        PersistentVolume released =
                WITHOUT_CLAIM.contains(phase(volume)) ? volume : writes.phase(volume, "Released", "", "");
        if ("Failed".equals(phase(released))) {
            return;
        }
        boolean made = StorageAnnotations.get(volume, StorageAnnotations.PROVISIONED_BY)
                .isPresent();
        String name = volume.getMetadata().getName();
        switch (String.valueOf(volume.getSpec().getPersistentVolumeReclaimPolicy())) {
            case "Delete" -> {
                if (!made) {
                    fail(
                            released,
                            "VolumeFailedDelete",
                            "error getting deleter volume plugin for volume \"" + name
                                    + "\": no deletable volume plugin matched");
                }
            }
            case "Recycle" -> fail(released, "VolumeFailedRecycle", "No recycler plugin found for the volume!");
            default -> {}
        }
    }

    private void fail(PersistentVolume volume, String reason, String message) {
        writes.phase(volume, "Failed", reason, message);
        events.warning(volume, reason, message);
    }

    private static String phase(PersistentVolume volume) {
        return volume.getStatus() == null
                ? ""
                : String.valueOf(volume.getStatus().getPhase());
    }
}
