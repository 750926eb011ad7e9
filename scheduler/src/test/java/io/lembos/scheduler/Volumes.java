package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.CSIDriver;
import io.fabric8.kubernetes.api.model.storage.CSIDriverBuilder;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.CSINodeBuilder;
import io.fabric8.kubernetes.api.model.storage.CSIStorageCapacity;
import io.fabric8.kubernetes.api.model.storage.CSIStorageCapacityBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.cache.SchedulerCache;
import java.util.List;
import java.util.Map;
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

    /** One that waits for the scheduler to be bound. */
    public static PersistentVolumeClaim waiting(String number, String type, String size) {
        return new PersistentVolumeClaimBuilder(unbound(number))
                .editMetadata()
                .withUid("uid-claim-" + number)
                .endMetadata()
                .editSpec()
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName(type)
                .editResources()
                .addToRequests("storage", new Quantity(size))
                .endResources()
                .endSpec()
                .build();
    }

    /** One that nobody has; reached from the one node, or from everywhere if that is empty. */
    public static PersistentVolume free(String number, String type, String size, String node) {
        PersistentVolume volume = new PersistentVolumeBuilder(volume(number))
                .editSpec()
                .withAccessModes("ReadWriteOnce")
                .withStorageClassName(type)
                .withCapacity(Map.of("storage", new Quantity(size)))
                .withClaimRef(null)
                .endSpec()
                .withNewStatus()
                .withPhase("Available")
                .endStatus()
                .build();
        return node.isEmpty() ? volume : reachable(volume, "kubernetes.io/hostname", node);
    }

    /** A class whose claims the scheduler binds. */
    public static StorageClass type(String name, String provisioner) {
        return new StorageClassBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withProvisioner(provisioner)
                .withVolumeBindingMode("WaitForFirstConsumer")
                .build();
    }

    /** How much a class can still provide on nodes with the label. */
    public static CSIStorageCapacity capacity(String type, String size, String key, String value) {
        return new CSIStorageCapacityBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("capacity-" + type + "-" + value)
                .endMetadata()
                .withStorageClassName(type)
                .withCapacity(new Quantity(size))
                .withNewNodeTopology()
                .addToMatchLabels(key, value)
                .endNodeTopology()
                .build();
    }

    public static CSIDriver driver(String name, boolean capacity) {
        return new CSIDriverBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withStorageCapacity(capacity)
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

    public static void put(SchedulerCache cache, StorageClass type) {
        cache.storage(s -> s.with(type), Optional.empty());
    }

    public static void put(SchedulerCache cache, CSIDriver driver) {
        cache.storage(s -> s.with(driver), Optional.empty());
    }

    public static void put(SchedulerCache cache, CSIStorageCapacity capacity) {
        cache.storage(s -> s.with(capacity), Optional.empty());
    }
}
