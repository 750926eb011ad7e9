package io.lembos.controllers.persistentvolume;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.controller.Workers;
import io.lembos.api.informer.Handler;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.queue.WorkQueue;
import io.lembos.api.time.Clock;
import io.lembos.controllers.Controller;
import io.lembos.controllers.common.Informers;
import io.lembos.controllers.common.PodClaims;
import java.time.Duration;
import java.util.Optional;

/** Lets a claim that is being deleted go when no pod that has a node uses it. */
public final class ClaimProtectionController implements Controller {
    static final String FINALIZER = "kubernetes.io/pvc-protection";

    private final Client client;
    private final Informers informers;
    private final WorkQueue<ObjectKey> queue;
    private final Workers<ObjectKey> workers;

    public ClaimProtectionController(Client client, Informers informers, Clock clock) {
        this.client = client;
        this.informers = informers;
        queue = new WorkQueue<>(clock);
        workers = new Workers<>(name(), queue, this::reconcile);
        informers.persistentVolumeClaims.addHandler(Handler.each(claim -> {
            if (isHeld(claim)) {
                queue.add(ObjectKey.of(claim));
            }
        }));
        informers.pods.addHandler(new Users());
    }

    @Override
    public String name() {
        return "persistentvolumeclaim-protection-controller";
    }

    @Override
    public void start() {
        workers.start(1);
    }

    @Override
    public void close() {
        workers.close();
    }

    private static boolean isHeld(PersistentVolumeClaim claim) {
        return claim.getMetadata().getDeletionTimestamp() != null
                && claim.getMetadata().getFinalizers().contains(FINALIZER);
    }

    private Optional<Duration> reconcile(ObjectKey key) {
        Optional<PersistentVolumeClaim> claim =
                informers.persistentVolumeClaims.get(key).filter(ClaimProtectionController::isHeld);
        if (claim.isPresent() && !isUsed(key)) {
            client.update(
                    Resources.PERSISTENT_VOLUME_CLAIMS,
                    new PersistentVolumeClaimBuilder(claim.get())
                            .editMetadata()
                            .removeFromFinalizers(FINALIZER)
                            .endMetadata()
                            .build());
        }
        return Optional.empty();
    }

    /** The watch may be late, and data must not be lost: the API server has the last word. */
    private boolean isUsed(ObjectKey key) {
        return informers.pods.byIndex(Informers.BY_CLAIM, key.toString()).stream()
                        .anyMatch(ClaimProtectionController::holds)
                || client.list(Resources.PODS, ListOptions.namespace(key.namespace())).items().stream()
                        .anyMatch(pod -> holds(pod) && PodClaims.of(pod).contains(key));
    }

    /** An agent starts no pod whose claim is being deleted; one that it may have started counts until its object is gone. */
    private static boolean holds(Pod pod) {
        String node = pod.getSpec().getNodeName();
        return node != null && !node.isEmpty();
    }

    private final class Users implements Handler<Pod> {
        @Override
        public void onAdd(Pod pod) {}

        @Override
        public void onUpdate(Pod before, Pod after) {
            if (!before.getMetadata().getUid().equals(after.getMetadata().getUid())) {
                onDelete(before);
            }
        }

        @Override
        public void onDelete(Pod last) {
            for (ObjectKey claim : PodClaims.of(last)) {
                if (informers
                        .persistentVolumeClaims
                        .get(claim)
                        .filter(ClaimProtectionController::isHeld)
                        .isPresent()) {
                    queue.add(claim);
                }
            }
        }
    }
}
