package io.lembos.scheduler.bench;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.storage.CSINode;
import io.fabric8.kubernetes.api.model.storage.CSINodeBuilder;
import io.lembos.api.meta.Resources;

/** Volumes of scheduler_perf: each pod has one of its own, bound before the pod is there. */
final class SchedulerVolumes {
    private static final String DRIVER = "ebs.csi.aws.com";

    private SchedulerVolumes() {}

    /** Attaches 39 volumes at most. */
    static CSINode csiNode(String node) {
        return new CSINodeBuilder()
                .withNewMetadata()
                .withName(node)
                .endMetadata()
                .withNewSpec()
                .addNewDriver()
                .withName(DRIVER)
                .withNodeID(node)
                .withNewAllocatable(39)
                .endDriver()
                .endSpec()
                .build();
    }

    /** Creates so many pods, each right after its volume and its claim. */
    static void create(SchedulerCluster cluster, String namespace, int count) {
        cluster.create(Resources.PODS, count, i -> pod(namespace, i), i -> {
            cluster.client().create(Resources.PERSISTENT_VOLUMES, volume(namespace, i));
            cluster.client().create(Resources.PERSISTENT_VOLUME_CLAIMS, claim(namespace, i));
        });
    }

    private static PersistentVolume volume(String namespace, int number) {
        String name = namespace + "-" + number;
        return new PersistentVolumeBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadOnlyMany")
                .addToCapacity("storage", new Quantity("1Gi"))
                .withPersistentVolumeReclaimPolicy("Retain")
                .withNewClaimRef()
                .withNamespace(namespace)
                .withName("claim-" + number)
                .endClaimRef()
                .withNewCsi()
                .withDriver(DRIVER)
                .withVolumeHandle(name)
                .endCsi()
                .endSpec()
                .build();
    }

    private static PersistentVolumeClaim claim(String namespace, int number) {
        return new PersistentVolumeClaimBuilder()
                .withNewMetadata()
                .withName("claim-" + number)
                .withNamespace(namespace)
                .addToAnnotations("pv.kubernetes.io/bind-completed", "true")
                .endMetadata()
                .withNewSpec()
                .withAccessModes("ReadOnlyMany")
                .withVolumeName(namespace + "-" + number)
                .withNewResources()
                .addToRequests("storage", new Quantity("1Gi"))
                .endResources()
                .endSpec()
                .build();
    }

    private static Pod pod(String namespace, int number) {
        return new PodBuilder(SchedulerPods.standard(namespace))
                .editSpec()
                .addNewVolume()
                .withName("vol")
                .withNewPersistentVolumeClaim()
                .withClaimName("claim-" + number)
                .endPersistentVolumeClaim()
                .endVolume()
                .endSpec()
                .build();
    }
}
