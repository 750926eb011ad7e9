package io.lembos.controllers.persistentvolume;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.lembos.api.client.Client;
import io.lembos.api.controller.Workers;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.queue.WorkQueue;
import io.lembos.api.time.Clock;
import io.lembos.controllers.Controller;
import io.lembos.controllers.common.Informers;
import io.lembos.controllers.common.Owners;
import io.lembos.controllers.common.PodStates;
import java.time.Duration;
import java.util.Optional;

/** Makes the claims of volumes that live as long as their pod ({@code ephemeral}); they go with the pod that owns them. */
public final class EphemeralVolumeController implements Controller {
    private final Client client;
    private final Informer<Pod> pods;
    private final Informer<PersistentVolumeClaim> claims;
    private final EventRecorder events;
    private final WorkQueue<ObjectKey> queue;
    private final Workers<ObjectKey> workers;

    public EphemeralVolumeController(Client client, Informers informers, Clock clock) {
        this.client = client;
        pods = informers.pods;
        claims = informers.persistentVolumeClaims;
        events = new EventRecorder(client, clock, "ephemeral_volume", "");
        queue = new WorkQueue<>(clock);
        workers = new Workers<>(name(), queue, this::reconcile);
        pods.addHandler(new Added());
        claims.addHandler(new Deleted());
    }

    @Override
    public String name() {
        return "ephemeral-volume-controller";
    }

    @Override
    public void start() {
        workers.start(1);
    }

    @Override
    public void close() {
        workers.close();
        events.close();
    }

    private Optional<Duration> reconcile(ObjectKey key) {
        pods.get(key).filter(PodStates::isActive).ifPresent(pod -> {
            for (Volume volume : pod.getSpec().getVolumes()) {
                if (volume.getEphemeral() != null) {
                    ensure(pod, volume);
                }
            }
        });
        return Optional.empty();
    }

    private void ensure(Pod pod, Volume volume) {
        ObjectKey key =
                ObjectKey.of(pod.getMetadata().getNamespace(), pod.getMetadata().getName() + "-" + volume.getName());
        Optional<PersistentVolumeClaim> present = claims.get(key);
        if (present.isEmpty()) {
            create(pod, volume, key);
        } else if (Owners.controller(present.get())
                .filter(o -> o.getUid().equals(pod.getMetadata().getUid()))
                .isEmpty()) {
            fail(pod, volume, "PVC " + key + " was not created for pod " + ObjectKey.of(pod) + " (pod is not owner)");
        }
    }

    private void create(Pod pod, Volume volume, ObjectKey key) {
        var template = volume.getEphemeral().getVolumeClaimTemplate();
        ObjectMeta meta = template.getMetadata() == null ? new ObjectMeta() : template.getMetadata();
        try {
            client.create(
                    Resources.PERSISTENT_VOLUME_CLAIMS,
                    new PersistentVolumeClaimBuilder()
                            .withNewMetadata()
                            .withNamespace(key.namespace())
                            .withName(key.name())
                            .withLabels(meta.getLabels())
                            .withAnnotations(meta.getAnnotations())
                            .addNewOwnerReference()
                            .withApiVersion("v1")
                            .withKind("Pod")
                            .withName(pod.getMetadata().getName())
                            .withUid(pod.getMetadata().getUid())
                            .withController(true)
                            .withBlockOwnerDeletion(true)
                            .endOwnerReference()
                            .endMetadata()
                            .withSpec(template.getSpec())
                            .build());
        } catch (ApiError e) {
            // Looked at again when the watch shows whose it is.
            if (!e.is(Reason.AlreadyExists)) {
                fail(pod, volume, e.getMessage());
                throw e;
            }
        }
    }

    private void fail(Pod pod, Volume volume, String why) {
        events.warning(pod, "FailedBinding", "ephemeral volume " + volume.getName() + ": " + why);
    }

    private static boolean hasEphemeral(Pod pod) {
        return pod.getSpec().getVolumes().stream().anyMatch(v -> v.getEphemeral() != null);
    }

    private final class Added implements Handler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            if (hasEphemeral(pod)) {
                queue.add(ObjectKey.of(pod));
            }
        }

        @Override
        public void onUpdate(Pod before, Pod after) {}

        @Override
        public void onDelete(Pod last) {}
    }

    /** A pod whose claim is gone gets another. */
    private final class Deleted implements Handler<PersistentVolumeClaim> {
        @Override
        public void onAdd(PersistentVolumeClaim claim) {}

        @Override
        public void onUpdate(PersistentVolumeClaim before, PersistentVolumeClaim after) {}

        @Override
        public void onDelete(PersistentVolumeClaim last) {
            Owners.controller(last)
                    .filter(o -> o.getKind().equals("Pod"))
                    .ifPresent(o -> queue.add(ObjectKey.of(last.getMetadata().getNamespace(), o.getName())));
        }
    }
}
