package io.lembos.controllers.resourceclaim;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaimTemplate;
import io.lembos.api.client.Client;
import io.lembos.api.controller.Workers;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.queue.WorkQueue;
import io.lembos.api.time.Clock;
import io.lembos.controllers.Controller;
import io.lembos.controllers.common.Informers;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes the claims that pods want from templates ({@link PodClaims}), and keeps claims free of pods that do not use them any
 * more ({@link ClaimUse}). One pod and one claim on one worker at a time.
 */
public final class ResourceClaimController implements Controller {
    private static final int WORKERS = 50;

    private final EventRecorder events;
    private final Informer<Pod> pods;
    private final Informer<ResourceClaim> claims;
    private final PodClaims podClaims;
    private final ClaimUse use;
    private final WorkQueue<Job> queue;
    private final Workers<Job> workers;

    /** What is to be looked at. */
    private sealed interface Job {
        record OfPod(ObjectKey key) implements Job {}

        record OfClaim(ObjectKey key) implements Job {}
    }

    public ResourceClaimController(Client client, Informers informers, Clock clock) {
        events = new EventRecorder(client, clock, "resource_claim", "");
        pods = informers.pods;
        claims = informers.resourceClaims;
        podClaims = new PodClaims(client, claims, informers.resourceClaimTemplates, events);
        use = new ClaimUse(client, pods);
        queue = new WorkQueue<>(clock);
        workers = new Workers<>(name(), queue, this::reconcile);
        pods.addHandler(new PodHandler());
        claims.addHandler(Handler.each(claim -> queue.add(new Job.OfClaim(ObjectKey.of(claim)))));
        informers.resourceClaimTemplates.addHandler(Handler.each(this::enqueueWaiting));
    }

    @Override
    public String name() {
        return "resourceclaim-controller";
    }

    @Override
    public void start() {
        workers.start(WORKERS);
    }

    @Override
    public void close() {
        workers.close();
        events.close();
    }

    private Optional<Duration> reconcile(Job job) {
        switch (job) {
            case Job.OfPod pod -> pods.get(pod.key()).ifPresent(podClaims::reconcile);
            case Job.OfClaim claim -> claims.get(claim.key()).ifPresent(use::reconcile);
        }
        return Optional.empty();
    }

    /** Pods whose template is there now. */
    private void enqueueWaiting(ResourceClaimTemplate template) {
        for (Pod pod :
                pods.byIndex(Informers.BY_NAMESPACE, template.getMetadata().getNamespace())) {
            if (GeneratedClaims.missing(pod).stream()
                    .anyMatch(each -> template.getMetadata().getName().equals(each.getResourceClaimTemplateName()))) {
                queue.add(new Job.OfPod(ObjectKey.of(pod)));
            }
        }
    }

    private final class PodHandler implements Handler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            if (pod.getSpec().getResourceClaims().isEmpty()) {
                return;
            }
            queue.add(new Job.OfPod(ObjectKey.of(pod)));
            if (ClaimUse.isDone(pod)) {
                enqueueClaims(pod);
            }
        }

        @Override
        public void onUpdate(Pod before, Pod after) {
            if (!before.getMetadata().getUid().equals(after.getMetadata().getUid())) {
                onDelete(before);
            }
            onAdd(after);
        }

        @Override
        public void onDelete(Pod last) {
            podClaims.forget(last);
            enqueueClaims(last);
        }

        private void enqueueClaims(Pod pod) {
            GeneratedClaims.used(pod).forEach(key -> queue.add(new Job.OfClaim(key)));
            claims.byIndex(Informers.BY_CONTROLLER, pod.getMetadata().getUid())
                    .forEach(claim -> queue.add(new Job.OfClaim(ObjectKey.of(claim))));
        }
    }
}
