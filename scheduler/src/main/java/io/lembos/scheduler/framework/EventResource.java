package io.lembos.scheduler.framework;

/** What a {@link ClusterChange} is about; the label is the one in kube-scheduler's metrics. */
public enum EventResource {
    /** A pod that takes room on a node: by the watch, by assumption, or by nomination. */
    POD("AssignedPod"),
    /** A pod that waits for a node. */
    UNSCHEDULED_POD("UnschedulablePod"),
    NODE("Node"),
    PERSISTENT_VOLUME("PersistentVolume"),
    PERSISTENT_VOLUME_CLAIM("PersistentVolumeClaim"),
    CSI_NODE("CSINode"),
    CSI_DRIVER("CSIDriver"),
    VOLUME_ATTACHMENT("VolumeAttachment"),
    CSI_STORAGE_CAPACITY("CSIStorageCapacity"),
    STORAGE_CLASS("StorageClass"),
    RESOURCE_CLAIM("ResourceClaim"),
    RESOURCE_SLICE("ResourceSlice"),
    DEVICE_CLASS("DeviceClass"),
    POD_GROUP("PodGroup");

    private final String label;

    EventResource(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
