package io.lembos.controllers.persistentvolume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.lembos.api.client.Client;
import io.lembos.api.controller.Workers;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.informer.Handler;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.queue.WorkQueue;
import io.lembos.api.time.Clock;
import io.lembos.api.volumes.ClaimDemand;
import io.lembos.api.volumes.StorageAnnotations;
import io.lembos.controllers.Controller;
import io.lembos.controllers.common.Informers;
import io.lembos.controllers.common.VolumeIndexes;
import java.util.Optional;

/**
 * Keeps claims and volumes bound to each other. Looks at what a change concerns only: a claim and the volume that it names,
 * a volume and the claim that it is for, and claims without a volume that may take one that is free now.
 */
public final class PersistentVolumeController implements Controller {
    private static final int WORKERS = 4;

    private final Informers informers;
    private final EventRecorder events;
    private final WorkQueue<ObjectKey> claimQueue;
    private final WorkQueue<String> volumeQueue;
    private final Workers<ObjectKey> claimWorkers;
    private final Workers<String> volumeWorkers;

    public PersistentVolumeController(Client client, Informers informers, Clock clock) {
        this.informers = informers;
        events = new EventRecorder(client, clock, "persistentvolume-controller", "");
        VolumeWrites writes = new VolumeWrites(client);
        ClaimReconciler claims = new ClaimReconciler(informers, writes, events);
        VolumeReconciler volumes = new VolumeReconciler(client, informers, writes, events);
        claimQueue = new WorkQueue<>(clock);
        volumeQueue = new WorkQueue<>(clock);
        claimWorkers = new Workers<>(name(), claimQueue, key -> {
            claims.reconcile(key);
            return Optional.empty();
        });
        volumeWorkers = new Workers<>(name(), volumeQueue, key -> {
            volumes.reconcile(key);
            return Optional.empty();
        });
        informers.persistentVolumeClaims.addHandler(Handler.each(this::changed));
        informers.persistentVolumes.addHandler(Handler.each(this::changed));
        informers.storageClasses.addHandler(Handler.each(this::changed));
    }

    @Override
    public String name() {
        return "persistentvolume-binder-controller";
    }

    @Override
    public void start() {
        claimWorkers.start(WORKERS);
        volumeWorkers.start(WORKERS);
    }

    @Override
    public void close() {
        claimWorkers.close();
        volumeWorkers.close();
        events.close();
    }

    private void changed(PersistentVolumeClaim claim) {
        ObjectKey key = ObjectKey.of(claim);
        claimQueue.add(key);
        String named = VolumeIndexes.volumeName(claim);
        if (!named.isEmpty()) {
            volumeQueue.add(named);
        }
        informers
                .persistentVolumes
                .byIndex(VolumeIndexes.BY_OWNER, key.toString())
                .forEach(v -> volumeQueue.add(v.getMetadata().getName()));
    }

    private void changed(PersistentVolume volume) {
        volumeQueue.add(volume.getMetadata().getName());
        VolumeIndexes.owner(volume).ifPresent(claimQueue::add);
        if (ClaimDemand.isFree(volume)) {
            waiting(ClaimDemand.className(volume)).forEach(claim -> {
                if (ClaimDemand.of(claim).mayTake(volume)) {
                    claimQueue.add(ObjectKey.of(claim));
                }
            });
        }
        claimsNaming(volume);
    }

    /** Claims that had asked for just this volume before it was there, or have it now no more. */
    private void claimsNaming(PersistentVolume volume) {
        informers
                .persistentVolumeClaims
                .byIndex(VolumeIndexes.BY_VOLUME, volume.getMetadata().getName())
                .forEach(claim -> claimQueue.add(ObjectKey.of(claim)));
    }

    private void changed(StorageClass type) {
        waiting(type.getMetadata().getName()).forEach(claim -> claimQueue.add(ObjectKey.of(claim)));
        if (isDefault(type)) {
            waiting("").forEach(claim -> claimQueue.add(ObjectKey.of(claim)));
        }
    }

    static boolean isDefault(StorageClass type) {
        return StorageAnnotations.get(type, StorageAnnotations.DEFAULT_CLASS)
                .filter("true"::equals)
                .isPresent();
    }

    private Iterable<PersistentVolumeClaim> waiting(String className) {
        return informers.persistentVolumeClaims.byIndex(VolumeIndexes.UNBOUND_BY_CLASS, className);
    }
}
