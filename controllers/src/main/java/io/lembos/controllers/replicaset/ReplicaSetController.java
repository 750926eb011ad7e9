package io.lembos.controllers.replicaset;

import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.controller.Workers;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.queue.WorkQueue;
import io.lembos.api.selector.LabelSelectors;
import io.lembos.api.time.Clock;
import io.lembos.controllers.Controller;
import io.lembos.controllers.common.Claims;
import io.lembos.controllers.common.Expectations;
import io.lembos.controllers.common.Informers;
import io.lembos.controllers.common.Owners;
import io.lembos.controllers.common.PodStates;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Creates and deletes pods until as many are active as the ReplicaSet asks for, and writes down how many there are.
 *
 * <p>Several workers, one per ReplicaSet at a time; what a worker has done counts as done before the informer has seen it
 * (see {@link Expectations}).
 */
public final class ReplicaSetController implements Controller {
    private static final int WORKERS = 5;
    /** Pods created or deleted in one reconcile at most, as in Kubernetes. */
    private static final int BURST_REPLICAS = 500;

    /** Up to so many replicas a set looks at once at every change. */
    private static final int SMALL = 250;

    private static final int DELAY_MILLIS_MAX = 500;

    private final Client client;
    private final Clock clock;
    private final Informer<ReplicaSet> sets;
    private final Informer<Pod> pods;
    private final Claims<ReplicaSet, Pod> claims;
    private final ReplicaSetStatusWriter statuses;
    private final Expectations expectations;
    private final EventRecorder events;
    private final WorkQueue<ObjectKey> queue;
    private final Workers<ObjectKey> workers;

    public ReplicaSetController(Client client, Informers informers, Clock clock) {
        this.client = client;
        this.clock = clock;
        sets = informers.replicaSets;
        pods = informers.pods;
        claims = new Claims<>(client, Resources.REPLICA_SETS, Resources.PODS, pods, PodStates::isActive);
        statuses = new ReplicaSetStatusWriter(client, clock);
        expectations = new Expectations(clock);
        events = new EventRecorder(client, clock, name(), "");
        queue = new WorkQueue<>(clock);
        workers = new Workers<>(name(), queue, this::reconcile);
        sets.addHandler(Handler.each(set -> queue.add(ObjectKey.of(set))));
        pods.addHandler(new PodHandler());
    }

    @Override
    public String name() {
        return "replicaset-controller";
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

    private Optional<Duration> reconcile(ObjectKey key) throws InterruptedException {
        Optional<ReplicaSet> found = sets.get(key);
        if (found.isEmpty()) {
            expectations.forget(key);
            return Optional.empty();
        }
        ReplicaSet set = found.get();
        boolean mayAct = expectations.satisfied(key);
        List<Pod> active = claims.claim(set, LabelSelectors.of(set.getSpec().getSelector()));
        Optional<ApiError> failure = Optional.empty();
        if (mayAct && set.getMetadata().getDeletionTimestamp() == null) {
            failure = scale(key, set, active);
        }
        statuses.write(set, active, failure);
        if (failure.isPresent()) {
            throw failure.get();
        }
        return statuses.nextAvailable(set, active);
    }

    private Optional<ApiError> scale(ObjectKey key, ReplicaSet set, List<Pod> active) throws InterruptedException {
        int missing = set.getSpec().getReplicas() - active.size();
        if (missing > 0) {
            return create(key, set, Math.min(missing, BURST_REPLICAS));
        }
        if (missing < 0) {
            VictimOrder order = new VictimOrder(related(set), clock.now());
            return delete(key, set, order.choose(active, Math.min(-missing, BURST_REPLICAS)));
        }
        return Optional.empty();
    }

    /** Active pods of all ReplicaSets with the same owner. */
    private List<Pod> related(ReplicaSet set) {
        List<ReplicaSet> siblings = Owners.controller(set)
                .map(o -> sets.byIndex(Informers.BY_CONTROLLER, o.getUid()))
                .orElse(List.of(set));
        return siblings.stream()
                .flatMap(s ->
                        pods.byIndex(Informers.BY_CONTROLLER, s.getMetadata().getUid()).stream())
                .filter(PodStates::isActive)
                .toList();
    }

    /** In batches that double, so that a template that is refused is refused once and not a hundred times. */
    private Optional<ApiError> create(ObjectKey key, ReplicaSet set, int count) throws InterruptedException {
        expectations.expectCreations(key, count);
        Pod template = podOf(set);
        int done = 0;
        for (int batch = 1; done < count; batch *= 2) {
            int size = Math.min(batch, count - done);
            Batch result = Batch.run(size, i -> createPod(set, template));
            result.failures().forEach(f -> expectations.creationSeen(key));
            done += size;
            if (!result.failures().isEmpty()) {
                for (int skipped = done; skipped < count; skipped++) {
                    expectations.creationSeen(key);
                }
                return result.failures().stream().findFirst();
            }
        }
        return Optional.empty();
    }

    private void createPod(ReplicaSet set, Pod template) {
        try {
            Pod pod = client.create(Resources.PODS, template);
            events.normal(
                    set, "SuccessfulCreate", "Created pod: " + pod.getMetadata().getName());
        } catch (ApiError e) {
            if (isTerminatingNamespace(e)) {
                // Nothing can be made there any more, and the ReplicaSet will go too.
                expectations.creationSeen(ObjectKey.of(set));
                return;
            }
            events.warning(set, "FailedCreate", "Error creating: " + e.getMessage());
            throw e;
        }
    }

    private static boolean isTerminatingNamespace(ApiError e) {
        return e.details().causes().stream().anyMatch(c -> c.reason().equals("NamespaceTerminating"));
    }

    private static Pod podOf(ReplicaSet set) {
        PodTemplateSpec template = set.getSpec().getTemplate();
        OwnerReference owner = Owners.controllerReference(set, Resources.REPLICA_SETS);
        return new PodBuilder()
                .withNewMetadata()
                .withGenerateName(set.getMetadata().getName() + "-")
                .withNamespace(set.getMetadata().getNamespace())
                .withLabels(template.getMetadata().getLabels())
                .withAnnotations(template.getMetadata().getAnnotations())
                .withFinalizers(template.getMetadata().getFinalizers())
                .withOwnerReferences(owner)
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
    }

    private Optional<ApiError> delete(ObjectKey key, ReplicaSet set, List<Pod> victims) throws InterruptedException {
        victims.forEach(v -> expectations.expectDeletion(key, v.getMetadata().getUid()));
        return Batch.run(victims.size(), i -> deletePod(key, set, victims.get(i))).failures().stream()
                .findFirst();
    }

    private void deletePod(ObjectKey key, ReplicaSet set, Pod victim) {
        String uid = victim.getMetadata().getUid();
        try {
            client.delete(Resources.PODS, ObjectKey.of(victim), DeleteOptions.of(uid));
            events.normal(
                    set,
                    "SuccessfulDelete",
                    "Deleted pod: " + victim.getMetadata().getName());
        } catch (ApiError e) {
            expectations.deletionSeen(key, uid);
            if (!e.is(Reason.NotFound) && !e.is(Reason.Conflict)) {
                events.warning(set, "FailedDelete", "Error deleting: " + e.getMessage());
                throw e;
            }
        }
    }

    /**
     * A set counts all of its pods each time, so a large one waits for some of their changes to come together: otherwise n
     * pods that begin to run would be counted n times.
     */
    private void enqueueOwner(Pod pod) {
        owner(pod).ifPresent(key -> {
            int replicas = sets.get(key).map(s -> s.getSpec().getReplicas()).orElse(0);
            if (replicas <= SMALL) {
                queue.add(key);
            } else {
                queue.addAfter(key, Duration.ofMillis(Math.min(DELAY_MILLIS_MAX, replicas / 10)));
            }
        });
    }

    /** The ReplicaSet of the pod, if it is known: one that is not will look at its pods when it comes. */
    private Optional<ObjectKey> owner(Pod pod) {
        return Owners.controller(pod)
                .filter(o -> o.getKind().equals(Resources.REPLICA_SETS.kind()))
                .flatMap(o -> sets.get(ObjectKey.of(pod.getMetadata().getNamespace(), o.getName()))
                        .filter(s -> s.getMetadata().getUid().equals(o.getUid())))
                .map(ObjectKey::of);
    }

    /** Every ReplicaSet that could adopt the pod. */
    private void enqueueCandidates(Pod pod) {
        for (ReplicaSet set :
                sets.byIndex(Informers.BY_NAMESPACE, pod.getMetadata().getNamespace())) {
            if (LabelSelectors.of(set.getSpec().getSelector())
                    .matches(pod.getMetadata().getLabels())) {
                queue.add(ObjectKey.of(set));
            }
        }
    }

    /** Turns what happens to pods into work on their ReplicaSets. */
    private final class PodHandler implements Handler<Pod> {
        @Override
        public void onAdd(Pod pod) {
            if (pod.getMetadata().getDeletionTimestamp() != null) {
                onDelete(pod);
                return;
            }
            owner(pod).ifPresent(expectations::creationSeen);
            if (Owners.controller(pod).isPresent()) {
                enqueueOwner(pod);
            } else {
                enqueueCandidates(pod);
            }
        }

        @Override
        public void onUpdate(Pod before, Pod after) {
            if (after.getMetadata().getDeletionTimestamp() != null) {
                onDelete(after);
                return;
            }
            enqueueOwner(before);
            enqueueOwner(after);
            boolean labelsChanged = !java.util.Objects.equals(
                    before.getMetadata().getLabels(), after.getMetadata().getLabels());
            if (Owners.controller(after).isEmpty()
                    && (labelsChanged || Owners.controller(before).isPresent())) {
                enqueueCandidates(after);
            }
        }

        @Override
        public void onDelete(Pod last) {
            owner(last)
                    .ifPresent(key ->
                            expectations.deletionSeen(key, last.getMetadata().getUid()));
            enqueueOwner(last);
        }
    }
}
