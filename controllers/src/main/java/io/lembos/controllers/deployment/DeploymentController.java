package io.lembos.controllers.deployment;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.lembos.api.client.Client;
import io.lembos.api.client.Patch;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Follows Deployments: one step towards the wanted state per reconcile, the next when its effect is seen. Several workers,
 * one per Deployment at a time; no state of its own.
 */
public final class DeploymentController implements Controller {
    private static final int WORKERS = 5;

    private final Client client;
    private final Clock clock;
    private final Informer<Deployment> deployments;
    private final Informer<ReplicaSet> sets;
    private final Informer<Pod> pods;
    private final EventRecorder events;
    private final ReplicaSetScaler scaler;
    private final DeploymentStatusWriter statuses;
    private final WorkQueue<ObjectKey> queue;
    private final Workers<ObjectKey> workers;

    public DeploymentController(Client client, Informers informers, Clock clock) {
        this.client = client;
        this.clock = clock;
        deployments = informers.deployments;
        sets = informers.replicaSets;
        pods = informers.pods;
        events = new EventRecorder(client, clock, name(), "");
        scaler = new ReplicaSetScaler(client, events);
        statuses = new DeploymentStatusWriter(client, clock);
        queue = new WorkQueue<>(clock);
        workers = new Workers<>(name(), queue, this::reconcile);
        deployments.addHandler(Handler.each(d -> queue.add(ObjectKey.of(d))));
        sets.addHandler(Handler.each(this::enqueueOwner));
        pods.addHandler(new PodGone());
    }

    @Override
    public String name() {
        return "deployment-controller";
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

    private Optional<Duration> reconcile(ObjectKey key) {
        Optional<Deployment> found = deployments.get(key);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Deployment deployment = found.get();
        ReplicaSets present = ReplicaSets.of(
                deployment,
                sets.byIndex(Informers.BY_CONTROLLER, deployment.getMetadata().getUid()));
        if (deployment.getMetadata().getDeletionTimestamp() == null) {
            act(deployment, present);
        }
        statuses.write(deployment, present);
        return new DeploymentConditions(deployment, clock.now()).untilDeadline();
    }

    private void act(Deployment deployment, ReplicaSets present) {
        if (Boolean.TRUE.equals(deployment.getSpec().getPaused()) || isResized(deployment, present)) {
            resize(deployment, present);
            return;
        }
        boolean recreate = deployment.getSpec().getStrategy() != null
                && "Recreate".equals(deployment.getSpec().getStrategy().getType());
        if (recreate) {
            recreate(deployment, present);
        } else {
            roll(deployment, present);
        }
        cleanUp(deployment, present);
    }

    /** Whether the wanted number changed since the sets were last scaled. */
    private static boolean isResized(Deployment deployment, ReplicaSets present) {
        int wanted = deployment.getSpec().getReplicas();
        return present.active().stream()
                .mapToLong(s -> ReplicaSets.number(s, Annotations.DESIRED_REPLICAS))
                .anyMatch(desired -> desired != wanted);
    }

    private void resize(Deployment deployment, ReplicaSets present) {
        int wanted = deployment.getSpec().getReplicas();
        List<ReplicaSet> active = present.active();
        if (active.size() <= 1) {
            Optional<ReplicaSet> only = active.isEmpty() ? present.fresh() : Optional.of(active.get(0));
            only.ifPresent(set -> scaler.scale(deployment, set, wanted));
            return;
        }
        Map<String, Integer> plan = RolloutPlan.proportional(
                wanted,
                RolloutLimits.of(deployment),
                active.stream().map(ReplicaSets::planned).toList());
        for (ReplicaSet set : active) {
            int replicas =
                    plan.getOrDefault(set.getMetadata().getName(), set.getSpec().getReplicas());
            scaler.scale(deployment, set, replicas);
        }
    }

    private void roll(Deployment deployment, ReplicaSets present) {
        RolloutLimits limits = RolloutLimits.of(deployment);
        int wanted = deployment.getSpec().getReplicas();
        List<RolloutPlan.Set> old = present.old().stream()
                .filter(s -> s.getSpec().getReplicas() > 0)
                .map(ReplicaSets::planned)
                .toList();
        if (present.fresh().isEmpty()) {
            int first = RolloutPlan.newReplicas(wanted, limits, new RolloutPlan.Set("", 0, 0, "", 0), old);
            createFresh(deployment, present, first);
            return;
        }
        ReplicaSet fresh = present.fresh().get();
        keepRevision(deployment, present, fresh);
        int next = RolloutPlan.newReplicas(wanted, limits, ReplicaSets.planned(fresh), old);
        if (next != fresh.getSpec().getReplicas()) {
            scaler.scale(deployment, fresh, next);
            return;
        }
        Map<String, Integer> plan = RolloutPlan.oldReplicas(wanted, limits, ReplicaSets.planned(fresh), old);
        for (ReplicaSet set : present.old()) {
            Integer replicas = plan.get(set.getMetadata().getName());
            if (replicas != null) {
                scaler.scale(deployment, set, replicas);
            }
        }
    }

    private void recreate(Deployment deployment, ReplicaSets present) {
        boolean scaledDown = false;
        for (ReplicaSet set : present.old()) {
            if (set.getSpec().getReplicas() > 0) {
                scaler.scale(deployment, set, 0);
                scaledDown = true;
            }
        }
        if (scaledDown || oldPodsRun(present)) {
            return;
        }
        if (present.fresh().isEmpty()) {
            createFresh(deployment, present, deployment.getSpec().getReplicas());
        } else {
            keepRevision(deployment, present, present.fresh().get());
            scaler.scale(deployment, present.fresh().get(), deployment.getSpec().getReplicas());
        }
    }

    private boolean oldPodsRun(ReplicaSets present) {
        return present.old().stream()
                .flatMap(s ->
                        pods.byIndex(Informers.BY_CONTROLLER, s.getMetadata().getUid()).stream())
                .anyMatch(p -> !PodStates.hasEnded(p));
    }

    private void createFresh(Deployment deployment, ReplicaSets present, int replicas) {
        long revision = present.maxOldRevision() + 1;
        ReplicaSet set = ReplicaSets.create(deployment, replicas, revision);
        try {
            client.create(Resources.REPLICA_SETS, set);
            scaler.tell(deployment, set.getMetadata().getName(), 0, replicas);
        } catch (ApiError e) {
            if (!e.is(Reason.AlreadyExists)) {
                throw e;
            }
            resolveCollision(deployment, ObjectKey.of(set));
        }
        setRevision(deployment, revision);
    }

    /** The name is taken: by the set itself, which the informer has not shown yet, or by another template. */
    private void resolveCollision(Deployment deployment, ObjectKey taken) {
        Optional<ReplicaSet> other = client.get(Resources.REPLICA_SETS, taken);
        boolean ours = other.isPresent()
                && Owners.isControlledBy(other.get(), deployment)
                && TemplateHash.same(
                        other.get().getSpec().getTemplate(),
                        deployment.getSpec().getTemplate());
        if (!ours) {
            statuses.countCollision(deployment);
        }
    }

    /** A set that is taken up again, by a rollback, gets the newest revision. */
    private void keepRevision(Deployment deployment, ReplicaSets present, ReplicaSet fresh) {
        long revision = Math.max(ReplicaSets.revision(fresh), present.maxOldRevision() + 1);
        if (ReplicaSets.revision(fresh) < revision && !present.old().isEmpty()) {
            scaler.setRevision(deployment, fresh, revision);
        } else {
            revision = ReplicaSets.revision(fresh);
        }
        setRevision(deployment, revision);
    }

    private void setRevision(Deployment deployment, long revision) {
        Map<String, String> annotations = deployment.getMetadata().getAnnotations();
        String wanted = String.valueOf(revision);
        if (annotations == null || !wanted.equals(annotations.get(Annotations.REVISION))) {
            String patch = "{\"metadata\":{\"annotations\":{\"" + Annotations.REVISION + "\":\"" + wanted + "\"}}}";
            client.patch(Resources.DEPLOYMENTS, ObjectKey.of(deployment), new Patch.Merge(patch), "");
        }
    }

    private void cleanUp(Deployment deployment, ReplicaSets present) {
        Integer limit = deployment.getSpec().getRevisionHistoryLimit();
        boolean complete =
                deployment.getStatus() != null && DeploymentConditions.isComplete(deployment, deployment.getStatus());
        if (limit == null || !complete) {
            return;
        }
        List<ReplicaSet> empty = present.old().stream()
                .filter(s -> s.getSpec().getReplicas() == 0
                        && ReplicaSets.actual(s) == 0
                        && s.getMetadata().getDeletionTimestamp() == null)
                .sorted(java.util.Comparator.comparingLong(ReplicaSets::revision))
                .toList();
        for (ReplicaSet set : empty.subList(0, Math.max(0, empty.size() - limit))) {
            scaler.delete(set);
        }
    }

    private void enqueueOwner(ReplicaSet set) {
        Owners.controller(set)
                .filter(o -> o.getKind().equals(Resources.DEPLOYMENTS.kind()))
                .ifPresent(o -> queue.add(ObjectKey.of(set.getMetadata().getNamespace(), o.getName())));
    }

    /** A Recreate rollout waits for the last old pod to go. */
    private final class PodGone implements Handler<Pod> {
        @Override
        public void onAdd(Pod pod) {}

        @Override
        public void onUpdate(Pod before, Pod after) {
            if (!PodStates.hasEnded(before) && PodStates.hasEnded(after)) {
                onDelete(after);
            }
        }

        @Override
        public void onDelete(Pod last) {
            Owners.controller(last)
                    .flatMap(o -> sets.get(ObjectKey.of(last.getMetadata().getNamespace(), o.getName())))
                    .ifPresent(DeploymentController.this::enqueueOwner);
        }
    }
}
