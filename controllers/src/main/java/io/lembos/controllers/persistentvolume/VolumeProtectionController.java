package io.lembos.controllers.persistentvolume;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.lembos.api.client.Client;
import io.lembos.api.controller.Workers;
import io.lembos.api.informer.Handler;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.queue.WorkQueue;
import io.lembos.api.time.Clock;
import io.lembos.controllers.Controller;
import io.lembos.controllers.common.Informers;
import java.time.Duration;
import java.util.Optional;

/** Lets a volume that is being deleted go when no claim has it. */
public final class VolumeProtectionController implements Controller {
    private static final String FINALIZER = "kubernetes.io/pv-protection";

    private final Client client;
    private final Informers informers;
    private final WorkQueue<String> queue;
    private final Workers<String> workers;

    public VolumeProtectionController(Client client, Informers informers, Clock clock) {
        this.client = client;
        this.informers = informers;
        queue = new WorkQueue<>(clock);
        workers = new Workers<>(name(), queue, this::reconcile);
        informers.persistentVolumes.addHandler(Handler.each(volume -> {
            if (mayGo(volume)) {
                queue.add(volume.getMetadata().getName());
            }
        }));
    }

    @Override
    public String name() {
        return "persistentvolume-protection-controller";
    }

    @Override
    public void start() {
        workers.start(1);
    }

    @Override
    public void close() {
        workers.close();
    }

    private static boolean mayGo(PersistentVolume volume) {
        return volume.getMetadata().getDeletionTimestamp() != null
                && volume.getMetadata().getFinalizers().contains(FINALIZER)
                && (volume.getStatus() == null
                        || !"Bound".equals(volume.getStatus().getPhase()));
    }

    private Optional<Duration> reconcile(String name) {
        informers
                .persistentVolumes
                .get(ObjectKey.cluster(name))
                .filter(VolumeProtectionController::mayGo)
                .ifPresent(volume -> client.update(
                        Resources.PERSISTENT_VOLUMES,
                        new PersistentVolumeBuilder(volume)
                                .editMetadata()
                                .removeFromFinalizers(FINALIZER)
                                .endMetadata()
                                .build()));
        return Optional.empty();
    }
}
