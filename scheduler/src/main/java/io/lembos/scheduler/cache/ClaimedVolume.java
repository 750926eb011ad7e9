package io.lembos.scheduler.cache;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.volumes.ClaimDemand;
import io.lembos.api.volumes.StorageAnnotations;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A claim of a pod and what it stands for at one moment.
 *
 * @param key of the claim
 * @param claim empty if there is none
 * @param volume empty if the claim is not bound, or to a volume that is not there
 * @param delayed whether the claim waits for the scheduler to be bound (WaitForFirstConsumer)
 * @param fresh whether no pod that is counted on a node uses the volume, so that it is attached nowhere
 * @param shared whether a pod other than this one uses the claim on a node
 * @param outlook what a claim without a volume has in prospect
 */
public record ClaimedVolume(
        ObjectKey key,
        Optional<PersistentVolumeClaim> claim,
        Optional<PersistentVolume> volume,
        boolean delayed,
        boolean fresh,
        boolean shared,
        Outlook outlook) {

    /**
     * What a claim without a volume has in prospect.
     *
     * @param reserved volumes that are set aside for it
     * @param node the only one from which a volume that is being made for it can be reached
     * @param provisioner who would make it a volume; empty if nobody would
     */
    public record Outlook(List<PersistentVolume> reserved, Optional<String> node, String provisioner) {
        static final Outlook NONE = new Outlook(List.of(), Optional.empty(), "");

        public Outlook {
            reserved = List.copyOf(reserved);
        }
    }

    /** Whether the claim has got its volume for good. */
    public boolean isBound() {
        return claim.filter(ClaimedVolume::isBound).isPresent();
    }

    static boolean isBound(PersistentVolumeClaim claim) {
        return !volumeName(claim).isEmpty()
                && StorageAnnotations.get(claim, StorageAnnotations.BIND_COMPLETED)
                        .isPresent();
    }

    /** Whether the claim gets its volume from the scheduler; one that names its volume does not. */
    public boolean isForSchedulerToBind() {
        return delayed && claim.filter(c -> volumeName(c).isEmpty()).isPresent();
    }

    /** Empty if none is named. */
    static String volumeName(PersistentVolumeClaim claim) {
        String name = claim.getSpec().getVolumeName();
        return name == null ? "" : name;
    }

    /** As the driver knows it, or will; empty if the volume is not there or no driver's. */
    public Optional<CsiVolume> csi() {
        return isForSchedulerToBind() && !outlook.provisioner().isEmpty()
                ? Optional.of(new CsiVolume(outlook.provisioner(), key.toString()))
                : volume.flatMap(ClaimedVolume::csi);
    }

    static Optional<CsiVolume> csi(PersistentVolume volume) {
        return Optional.ofNullable(volume.getSpec().getCsi())
                .map(csi -> new CsiVolume(csi.getDriver(), csi.getVolumeHandle()));
    }

    /**
     * What a decision looks at. A fresh volume is as good as another with the same driver, labels and node affinity, and a
     * claim without a volume as another that asks for the same; all others are only like themselves.
     *
     * @param uid of the pod
     */
    Object likeness(String uid) {
        List<Object> parts = new ArrayList<>(10);
        boolean alike = fresh && (volume.isPresent() || isForSchedulerToBind());
        if (!alike) {
            parts.add(key);
            parts.add(csi());
            parts.add(claim.map(c -> c.getMetadata().getUid()));
            parts.add(claim.map(ClaimedVolume::volumeName));
        } else {
            parts.add(csi().map(CsiVolume::driver));
        }
        parts.add(List.of(isBound(), delayed, isContested(), isLost(), isDeleted(), belongsTo(uid)));
        if (isForSchedulerToBind()) {
            claim.map(ClaimDemand::of).map(ClaimDemand::likeness).ifPresent(parts::add);
            parts.add(outlook);
        }
        volume.ifPresent(v -> {
            parts.add(Optional.ofNullable(v.getMetadata().getLabels()));
            parts.add(Optional.ofNullable(v.getSpec().getNodeAffinity()));
        });
        return parts;
    }

    /** Whether another pod has the claim, which is for one pod only. */
    public boolean isContested() {
        return shared
                && claim.filter(c -> c.getSpec().getAccessModes().contains("ReadWriteOncePod"))
                        .isPresent();
    }

    /** Whether the claim's volume is gone for good. */
    public boolean isLost() {
        return claim.map(PersistentVolumeClaim::getStatus)
                .filter(s -> "Lost".equals(s.getPhase()))
                .isPresent();
    }

    /** Whether somebody has asked for the claim's end. */
    public boolean isDeleted() {
        return claim.filter(c -> c.getMetadata().getDeletionTimestamp() != null).isPresent();
    }

    /** Whether the claim was made for the pod with this uid. */
    public boolean belongsTo(String uid) {
        return claim.stream()
                .flatMap(c -> c.getMetadata().getOwnerReferences().stream())
                .anyMatch(o -> Boolean.TRUE.equals(o.getController()) && uid.equals(o.getUid()));
    }
}
