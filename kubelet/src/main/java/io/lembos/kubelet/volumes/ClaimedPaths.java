package io.lembos.kubelet.volumes;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.lembos.api.client.Client;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.volumes.StorageAnnotations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds what the claims of pods stand for on this machine: volumes of the kinds hostPath and local. Stateless. */
record ClaimedPaths(Client client) {

    /** @param volume the pod's name of it */
    Path find(String volume, ObjectKey claimKey) throws MountFailure, IOException {
        PersistentVolumeClaim claim = client.get(Resources.PERSISTENT_VOLUME_CLAIMS, claimKey)
                .orElseThrow(
                        () -> failure(volume, claimKey, "persistentvolumeclaim \"" + claimKey.name() + "\" not found"));
        boolean bound =
                StorageAnnotations.get(claim, StorageAnnotations.BIND_COMPLETED).isPresent();
        if (!bound || claim.getSpec().getVolumeName() == null) {
            throw failure(volume, claimKey, "PVC is not bound");
        }
        if (claim.getMetadata().getDeletionTimestamp() != null) {
            throw failure(volume, claimKey, "PVC is being deleted");
        }
        String name = claim.getSpec().getVolumeName();
        Optional<PersistentVolume> found = client.get(Resources.PERSISTENT_VOLUMES, ObjectKey.cluster(name));
        if (found.isEmpty()) {
            throw failure(volume, claimKey, "persistentvolume \"" + name + "\" not found");
        }
        return path(found.get());
    }

    private static Path path(PersistentVolume volume) throws MountFailure, IOException {
        String name = volume.getMetadata().getName();
        if (volume.getSpec().getHostPath() != null) {
            return HostPaths.prepare(name, volume.getSpec().getHostPath());
        }
        if (volume.getSpec().getLocal() == null) {
            throw MountFailure.setUp(name, "this node agent cannot make volumes of this type yet");
        }
        Path path = Path.of(volume.getSpec().getLocal().getPath());
        if (!Files.exists(path)) {
            // Not made here: an empty folder in its place would hide that the data is gone.
            throw new MountFailure("MountVolume.NewMounter initialization failed for volume \"" + name + "\" : path \""
                    + path + "\" does not exist");
        }
        return path;
    }

    private static MountFailure failure(String volume, ObjectKey claim, String why) {
        return new MountFailure("Unable to attach or mount volumes: unmounted volumes=[" + volume
                + "]: error processing PVC " + claim + ": " + why);
    }
}
