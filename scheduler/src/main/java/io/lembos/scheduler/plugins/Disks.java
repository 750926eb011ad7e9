package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.ISCSIVolumeSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.RBDVolumeSource;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * Disks that pods name themselves and that a node can mount for one pod only, unless all read: GCE's, iSCSI's and RBD's;
 * Amazon's for one pod in any case. Immutable.
 *
 * @param volumes those of the pod that are such disks
 */
record Disks(List<Volume> volumes) {

    static Disks of(Pod pod) {
        return new Disks(
                pod.getSpec().getVolumes().stream().filter(Disks::isDisk).toList());
    }

    boolean isEmpty() {
        return volumes.isEmpty();
    }

    private static boolean isDisk(Volume volume) {
        return volume.getGcePersistentDisk() != null
                || volume.getAwsElasticBlockStore() != null
                || volume.getIscsi() != null
                || volume.getRbd() != null;
    }

    /** Whether another pod on the node keeps one of these. */
    boolean conflictWith(Pod other) {
        for (Volume there : other.getSpec().getVolumes()) {
            if (isDisk(there)) {
                for (Volume each : volumes) {
                    if (conflict(each, there)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean conflict(Volume one, Volume other) {
        var google = one.getGcePersistentDisk();
        var otherGoogle = other.getGcePersistentDisk();
        if (google != null && otherGoogle != null && google.getPdName().equals(otherGoogle.getPdName())) {
            return !bothRead(google.getReadOnly(), otherGoogle.getReadOnly());
        }
        var amazon = one.getAwsElasticBlockStore();
        var otherAmazon = other.getAwsElasticBlockStore();
        if (amazon != null && otherAmazon != null && amazon.getVolumeID().equals(otherAmazon.getVolumeID())) {
            return true;
        }
        ISCSIVolumeSource iscsi = one.getIscsi();
        ISCSIVolumeSource otherIscsi = other.getIscsi();
        if (iscsi != null && otherIscsi != null && iscsi.getIqn().equals(otherIscsi.getIqn())) {
            return !bothRead(iscsi.getReadOnly(), otherIscsi.getReadOnly());
        }
        return one.getRbd() != null
                && other.getRbd() != null
                && same(one.getRbd(), other.getRbd())
                && !bothRead(one.getRbd().getReadOnly(), other.getRbd().getReadOnly());
    }

    private static boolean same(RBDVolumeSource one, RBDVolumeSource other) {
        return !Collections.disjoint(one.getMonitors(), other.getMonitors())
                && Objects.equals(one.getPool(), other.getPool())
                && Objects.equals(one.getImage(), other.getImage());
    }

    private static boolean bothRead(Boolean one, Boolean other) {
        return Boolean.TRUE.equals(one) && Boolean.TRUE.equals(other);
    }
}
