package io.lembos.kubelet.localvolume;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.lembos.api.volumes.StorageAnnotations;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What a volume that is a folder of a node looks like as an object. Pure. */
final class LocalVolume {
    private static final String HOSTNAME = "kubernetes.io/hostname";

    private LocalVolume() {}

    static String name(PersistentVolumeClaim claim) {
        return "pvc-" + claim.getMetadata().getUid();
    }

    /** One that tells a person who looks into the folder what is what. */
    static String folder(PersistentVolumeClaim claim) {
        return name(claim) + "_" + claim.getMetadata().getNamespace() + "_"
                + claim.getMetadata().getName();
    }

    /** @param hostname the node's label */
    static PersistentVolume of(PersistentVolumeClaim claim, StorageClass type, String hostname, Path folder) {
        return new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName(name(claim))
                .addToAnnotations(StorageAnnotations.PROVISIONED_BY, LocalVolumes.PROVISIONER)
                .endMetadata()
                .withNewSpec()
                .withCapacity(claim.getSpec().getResources().getRequests())
                .withAccessModes(claim.getSpec().getAccessModes())
                .withVolumeMode("Filesystem")
                .withPersistentVolumeReclaimPolicy(type.getReclaimPolicy())
                .withStorageClassName(type.getMetadata().getName())
                .withNewClaimRef()
                .withApiVersion("v1")
                .withKind("PersistentVolumeClaim")
                .withNamespace(claim.getMetadata().getNamespace())
                .withName(claim.getMetadata().getName())
                .withUid(claim.getMetadata().getUid())
                .withResourceVersion(claim.getMetadata().getResourceVersion())
                .endClaimRef()
                .withNewLocal()
                .withPath(folder.toString())
                .endLocal()
                .withNewNodeAffinity()
                .withNewRequired()
                .addNewNodeSelectorTerm()
                .withMatchExpressions(new NodeSelectorRequirement(HOSTNAME, "In", List.of(hostname)))
                .endNodeSelectorTerm()
                .endRequired()
                .endNodeAffinity()
                .endSpec()
                .build();
    }

    /** Whether its folder and the volume itself are to go. */
    static boolean isOver(PersistentVolume volume) {
        return StorageAnnotations.get(volume, StorageAnnotations.PROVISIONED_BY)
                        .filter(LocalVolumes.PROVISIONER::equals)
                        .isPresent()
                && volume.getSpec().getLocal() != null
                && "Delete".equals(volume.getSpec().getPersistentVolumeReclaimPolicy())
                && volume.getStatus() != null
                && "Released".equals(volume.getStatus().getPhase())
                && volume.getMetadata().getDeletionTimestamp() == null;
    }

    /** The node that has it, by its label; empty for a volume that somebody else has made. */
    static Optional<String> hostname(PersistentVolume volume) {
        var affinity = volume.getSpec().getNodeAffinity();
        if (affinity == null || affinity.getRequired() == null) {
            return Optional.empty();
        }
        return affinity.getRequired().getNodeSelectorTerms().stream()
                .flatMap(term -> term.getMatchExpressions().stream())
                .filter(condition -> condition.getKey().equals(HOSTNAME))
                .flatMap(condition -> condition.getValues().stream())
                .findFirst();
    }
}
