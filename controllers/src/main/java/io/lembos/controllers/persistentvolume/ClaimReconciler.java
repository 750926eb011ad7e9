package io.lembos.controllers.persistentvolume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.volumes.ClaimDemand;
import io.lembos.api.volumes.StorageAnnotations;
import io.lembos.controllers.common.Informers;
import io.lembos.controllers.common.PodStates;
import io.lembos.controllers.common.VolumeIndexes;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Brings one claim nearer to a volume: binds it to one that is set aside for it or fits best, asks a provisioner for one,
 * or says for what it waits; one that has lost its volume is lost. Rules and texts of Kubernetes' persistent volume
 * controller.
 */
record ClaimReconciler(Informers informers, VolumeWrites writes, EventRecorder events) {
    private static final String PENDING = "Pending";
    private static final Comparator<PersistentVolume> FEWEST_MODES_FIRST = Comparator.<PersistentVolume>comparingInt(
                    v -> v.getSpec().getAccessModes().size())
            .thenComparing(ClaimDemand.SMALLEST);

    void reconcile(ObjectKey key) {
        Optional<PersistentVolumeClaim> claim = informers.persistentVolumeClaims.get(key);
        if (claim.isEmpty()) {
            return;
        }
        boolean completed = StorageAnnotations.get(claim.get(), StorageAnnotations.BIND_COMPLETED)
                .isPresent();
        if (completed) {
            bound(claim.get());
        } else if (VolumeIndexes.volumeName(claim.get()).isEmpty()) {
            unbound(claim.get());
        } else {
            named(claim.get());
        }
    }

    private void bound(PersistentVolumeClaim claim) {
        String name = VolumeIndexes.volumeName(claim);
        Optional<PersistentVolume> volume = volume(name);
        if (name.isEmpty()) {
            lost(claim, "ClaimLost", "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!");
        } else if (volume.isEmpty()) {
            lost(claim, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
        } else if (volume.get().getSpec().getClaimRef() == null
                || claim.getMetadata()
                        .getUid()
                        .equals(volume.get().getSpec().getClaimRef().getUid())) {
            writes.bind(volume.get(), claim);
        } else {
            lost(claim, "ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly");
        }
    }

    private void lost(PersistentVolumeClaim claim, String reason, String message) {
        if (claim.getStatus() == null || !"Lost".equals(claim.getStatus().getPhase())) {
            writes.phase(claim, "Lost");
            events.warning(claim, reason, message);
        }
    }

    /** Somebody has chosen the volume. */
    private void named(PersistentVolumeClaim claim) {
        ClaimDemand demand = ClaimDemand.of(claim);
        Optional<PersistentVolume> volume = volume(VolumeIndexes.volumeName(claim));
        if (volume.isEmpty()) {
            writes.phase(claim, PENDING);
            return;
        }
        boolean free = volume.get().getSpec().getClaimRef() == null;
        String mismatch = free ? demand.mismatch(volume.get()) : "";
        if (!mismatch.isEmpty()) {
            String name = volume.get().getMetadata().getName();
            events.warning(claim, "VolumeMismatch", "Cannot bind to requested volume \"" + name + "\": " + mismatch);
            writes.phase(claim, PENDING);
        } else if (free || demand.isReserved(volume.get())) {
            writes.bind(volume.get(), claim);
        } else {
            writes.phase(claim, PENDING);
        }
    }

    private void unbound(PersistentVolumeClaim claim) {
        ClaimDemand demand = ClaimDemand.of(claim);
        Optional<StorageClass> type = informers.storageClasses.get(ObjectKey.cluster(demand.className()));
        boolean delayed = type.filter(t -> "WaitForFirstConsumer".equals(t.getVolumeBindingMode()))
                .isPresent();
        Optional<PersistentVolume> best = reserved(demand).or(() -> delayed ? Optional.empty() : free(demand));
        boolean selected =
                StorageAnnotations.get(claim, StorageAnnotations.SELECTED_NODE).isPresent();
        if (best.isPresent()) {
            writes.bind(best.get(), claim);
        } else if (demand.className().isEmpty()
                && claim.getSpec().getStorageClassName() == null
                && defaultClass().isPresent()) {
            writes.withClass(claim, defaultClass().get());
        } else {
            writes.phase(claim, PENDING);
            if (delayed && !selected) {
                sayForWhomItWaits(claim);
            } else if (demand.className().isEmpty()) {
                events.normal(
                        claim,
                        "FailedBinding",
                        "no persistent volumes available for this claim and no storage class is set");
            } else {
                provision(claim, demand.className(), type);
            }
        }
    }

    private Optional<PersistentVolume> reserved(ClaimDemand demand) {
        return informers
                .persistentVolumes
                .byIndex(VolumeIndexes.BY_OWNER, demand.key().toString())
                .stream()
                .filter(v -> demand.isReserved(v) && demand.accepts(v) && demand.givesModes(v))
                .min(ClaimDemand.SMALLEST);
    }

    private Optional<PersistentVolume> free(ClaimDemand demand) {
        return informers.persistentVolumes.byIndex(VolumeIndexes.UNBOUND_BY_CLASS, demand.className()).stream()
                .filter(demand::mayTake)
                .min(FEWEST_MODES_FIRST);
    }

    /** The youngest, if there are several; as the API server's admission chooses. */
    private Optional<String> defaultClass() {
        Comparator<StorageClass> age = Comparator.comparing(c -> c.getMetadata().getCreationTimestamp());
        return informers.storageClasses.list().stream()
                .filter(PersistentVolumeController::isDefault)
                .min(age.reversed().thenComparing(c -> c.getMetadata().getName()))
                .map(c -> c.getMetadata().getName());
    }

    private void sayForWhomItWaits(PersistentVolumeClaim claim) {
        List<String> pods = informers
                .pods
                .byIndex(Informers.BY_CLAIM, ObjectKey.of(claim).toString())
                .stream()
                .filter(p -> isUnscheduled(p) && PodStates.isActive(p))
                .map(p -> p.getMetadata().getName())
                .sorted()
                .toList();
        if (pods.isEmpty()) {
            events.normal(claim, "WaitForFirstConsumer", "waiting for first consumer to be created before binding");
        } else {
            String names = pods.stream().collect(Collectors.joining(", "));
            String what = pods.size() == 1 ? "pod " : "pods ";
            events.normal(claim, "WaitForPodScheduled", "waiting for " + what + names + " to be scheduled");
        }
    }

    private static boolean isUnscheduled(Pod pod) {
        String node = pod.getSpec().getNodeName();
        return node == null || node.isEmpty();
    }

    private void provision(PersistentVolumeClaim claim, String className, Optional<StorageClass> type) {
        if (type.isEmpty()) {
            events.warning(claim, "ProvisioningFailed", "storageclass.storage.k8s.io \"" + className + "\" not found");
            return;
        }
        String provisioner = type.get().getProvisioner();
        if (provisioner.startsWith("kubernetes.io/")) {
            // Those were parts of Kubernetes itself; none is left.
            events.warning(claim, "ProvisioningFailed", "no volume plugin matched name: " + provisioner);
            return;
        }
        writes.ask(claim, provisioner);
        events.normal(
                claim,
                "ExternalProvisioning",
                "Waiting for a volume to be created either by the external provisioner '" + provisioner
                        + "' or manually by the system administrator. If volume creation is delayed, please verify that"
                        + " the provisioner is running and correctly registered.");
    }

    private Optional<PersistentVolume> volume(String name) {
        return informers.persistentVolumes.get(ObjectKey.cluster(name));
    }
}
