package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.CSINodeBuilder;
import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.cache.SchedulerCache;
import java.util.List;
import java.util.Optional;

/** Volumes and claims for tests. */
public final class Volumes {
    public static final String DRIVER = "ebs.csi.aws.com";

    private Volumes() {}

    /** Bound to the volume of the same number: {@code claim-1} to {@code pv-1}. */
    public static PersistentVolumeClaim claim(String number) {
        return new PersistentVolumeClaimBuilder(unbound(number))
                .editMetadata()
                .addToAnnotations("pv.kubernetes.io/bind-completed", "yes")
                .endMetadata()
                .editSpec()
                .withVolumeName("pv-" + number)
                .endSpec()
                .build();
    }

    public static PersistentVolumeClaim unbound(String number) {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName("claim-" + number)
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadOnlyMany")
                .withNewResources()
                .addToRequests("storage", new Quantity("1Gi"))
                .endResources()
                .endSpec()
                .build();
    }

    public static PersistentVolume volume(String number) {
        return new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName("pv-" + number)
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadOnlyMany")
                .addToCapacity("storage", new Quantity("1Gi"))
                .withNewClaimRef()
                .withNamespace("default")
                .withName("claim-" + number)
                .endClaimRef()
                .withNewCsi()
                .withDriver(DRIVER)
                .withVolumeHandle("handle-" + number)
                .endCsi()
                .endSpec()
                .build();
    }

    /** Only on nodes with one of the values. */
    public static PersistentVolume reachable(PersistentVolume volume, String key, String... values) {
        return new PersistentVolumeBuilder(volume)
                .editSpec()
                .withNewNodeAffinity()
                .withNewRequired()
                .addNewNodeSelectorTerm()
                .withMatchExpressions(new NodeSelectorRequirement(key, "In", List.of(values)))
                .endNodeSelectorTerm()
                .endRequired()
                .endNodeAffinity()
                .endSpec()
                .build();
    }

    public static PersistentVolume labelled(PersistentVolume volume, String key, String value) {
        return new PersistentVolumeBuilder(volume)
                .editMetadata()
                .addToLabels(key, value)
                .endMetadata()
                .build();
    }

    public static CSINode csiNode(String node, int limit) {
        return new CSINodeBuilder()
                .withNewMetadata()
                .withName(node)
                .endMetadata()
                .withNewSpec()
                .addNewDriver()
                .withName(DRIVER)
                .withNodeID(node)
                .withNewAllocatable(limit)
                .endDriver()
                .endSpec()
                .build();
    }

    public static Pod using(Pod pod, String... numbers) {
        PodBuilder with = new PodBuilder(pod);
        for (String number : numbers) {
            with.editSpec()
                    .addNewVolume()
                    .withName("v" + number)
                    .withNewPersistentVolumeClaim()
                    .withClaimName("claim-" + number)
                    .endPersistentVolumeClaim()
                    .endVolume()
                    .endSpec();
        }
        return with.build();
    }

    public static void put(SchedulerCache cache, PersistentVolumeClaim claim) {
        cache.storage(s -> s.with(claim), Optional.of(ObjectKey.of(claim)));
    }

    public static void put(SchedulerCache cache, PersistentVolume volume) {
        var owner = volume.getSpec().getClaimRef();
        cache.storage(
                s -> s.with(volume),
                owner == null ? Optional.empty() : Optional.of(ObjectKey.of(owner.getNamespace(), owner.getName())));
    }

    public static void put(SchedulerCache cache, CSINode node) {
        cache.storage(s -> s.with(node), Optional.empty());
    }
}
