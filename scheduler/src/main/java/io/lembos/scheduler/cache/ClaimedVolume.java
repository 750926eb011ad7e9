package io.lembos.scheduler.cache;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.lembos.api.meta.ObjectKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
 */
public record ClaimedVolume(
        ObjectKey key,
        Optional<PersistentVolumeClaim> claim,
        Optional<PersistentVolume> volume,
        boolean delayed,
        boolean fresh,
        boolean shared) {
    private static final String BIND_COMPLETED = "pv.kubernetes.io/bind-completed";

    /** Whether the claim has got its volume for good. */
    public boolean isBound() {
        return claim.filter(ClaimedVolume::isBound).isPresent();
    }

    static boolean isBound(PersistentVolumeClaim claim) {
        Map<String, String> annotations = claim.getMetadata().getAnnotations();
        return !volumeName(claim).isEmpty() && annotations != null && annotations.containsKey(BIND_COMPLETED);
    }

    /** Empty if none is named. */
    static String volumeName(PersistentVolumeClaim claim) {
        String name = claim.getSpec().getVolumeName();
        return name == null ? "" : name;
    }

    /** As the driver knows it; empty if the volume is not there or no driver's. */
    public Optional<CsiVolume> csi() {
        return volume.flatMap(ClaimedVolume::csi);
    }

    static Optional<CsiVolume> csi(PersistentVolume volume) {
        return Optional.ofNullable(volume.getSpec().getCsi())
                .map(csi -> new CsiVolume(csi.getDriver(), csi.getVolumeHandle()));
    }

    /**
     * What a decision looks at. A fresh volume is as good as another with the same driver, labels and node affinity; all
     * others are only like themselves.
     *
     * @param uid of the pod
     */
    Object likeness(String uid) {
        List<Object> parts = new ArrayList<>(10);
        if (!fresh || volume.isEmpty()) {
            parts.add(key);
            parts.add(csi());
            parts.add(claim.map(c -> c.getMetadata().getUid()));
            parts.add(claim.map(ClaimedVolume::volumeName));
        } else {
            parts.add(csi().map(CsiVolume::driver));
        }
        parts.add(List.of(isBound(), delayed, isContested(), isLost(), isDeleted(), belongsTo(uid)));
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
