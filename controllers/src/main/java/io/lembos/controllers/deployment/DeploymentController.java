package io.lembos.controllers.deployment;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
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
import io.lembos.api.selector.LabelSelectors;
import io.lembos.api.time.Clock;
import io.lembos.controllers.Controller;
import io.lembos.controllers.common.Claims;
import io.lembos.controllers.common.Informers;
import io.lembos.controllers.common.Owners;
import io.lembos.controllers.common.PodStates;
import java.time.Duration;
import java.util.Comparator;
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
    private final Claims<Deployment, ReplicaSet> claims;
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
        claims = new Claims<>(client, Resources.DEPLOYMENTS, Resources.REPLICA_SETS, sets, s -> true);
        scaler = new ReplicaSetScaler(client, events);
        statuses = new DeploymentStatusWriter(client, clock);
        queue = new WorkQueue<>(clock);
        workers = new Workers<>(name(), queue, this::reconcile);
        deployments.addHandler(Handler.each(d -> queue.add(ObjectKey.of(d))));
        sets.addHandler(new SetHandler());
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
                claims.claim(deployment, LabelSelectors.of(deployment.getSpec().getSelector())));
        if (deployment.getMetadata().getDeletionTimestamp() != null) {
            statuses.write(deployment, present, false);
            return Optional.empty();
        }
        if (present.fresh().isPresent()) {
            present =
                    present.withFresh(scaler.keepUp(deployment, present.fresh().get(), present.freshRevision()));
        }
        if (needsFresh(deployment, present)) {
            Optional<ReplicaSet> fresh = createFresh(deployment, present);
            if (fresh.isPresent()) {
                statuses.write(deployment, present.withFresh(fresh.get()), true);
            }
            // The set's own appearance brings the Deployment back.
            return Optional.empty();
        }
        act(deployment, present);
        statuses.write(deployment, present, false);
        return new DeploymentConditions(deployment, clock.now()).untilDeadline();
    }

    private void act(Deployment deployment, ReplicaSets present) {
        if (isPaused(deployment) || isResized(deployment, present)) {
            resize(deployment, present);
            if (isPaused(deployment)) {
                cleanUp(deployment, present);
            }
            return;
        }
        boolean changed = isRecreate(deployment) ? recreate(deployment, present) : roll(deployment, present);
        boolean complete =
                deployment.getStatus() != null && DeploymentConditions.isComplete(deployment, deployment.getStatus());
        if (!changed && complete) {
            cleanUp(deployment, present);
        }
    }

    /** Whether it is time for a set with the present template: a Recreate rollout waits until the old pods are gone. */
    private boolean needsFresh(Deployment deployment, ReplicaSets present) {
        if (present.fresh().isPresent() || isPaused(deployment) || isResized(deployment, present)) {
            return false;
        }
        boolean oldWanted = present.old().stream().anyMatch(s -> s.getSpec().getReplicas() > 0);
        return !isRecreate(deployment) || !(oldWanted || oldPodsRun(present));
    }

    private static boolean isPaused(Deployment deployment) {
        return Boolean.TRUE.equals(deployment.getSpec().getPaused());
    }

    private static boolean isRecreate(Deployment deployment) {
        return deployment.getSpec().getStrategy() != null
                && "Recreate".equals(deployment.getSpec().getStrategy().getType());
    }

    /** Whether the wanted number changed since the sets were last scaled. */
    private static boolean isResized(Deployment deployment, ReplicaSets present) {
        int wanted = deployment.getSpec().getReplicas();
        return present.active().stream()
                .filter(s -> ReplicaSets.annotations(s).containsKey(Annotations.DESIRED_REPLICAS))
                .mapToLong(s -> ReplicaSets.number(s, Annotations.DESIRED_REPLICAS))
                .anyMatch(desired -> desired != wanted);
    }

    private void resize(Deployment deployment, ReplicaSets present) {
        int wanted = deployment.getSpec().getReplicas();
        List<ReplicaSet> active = present.active();
        if (active.size() <= 1) {
            Optional<ReplicaSet> only = active.isEmpty() ? present.newest() : Optional.of(active.get(0));
            only.ifPresent(set -> scaler.scale(deployment, set, wanted));
            return;
        }
        if (isSaturated(deployment, present)) {
            present.old().stream()
                    .filter(s -> s.getSpec().getReplicas() > 0)
                    .forEach(s -> scaler.scale(deployment, s, 0));
            return;
        }
        if (isRecreate(deployment)) {
            return;
        }
        int replicas = deployment.getStatus() == null
                ? 0
                : DeploymentConditions.value(deployment.getStatus().getReplicas());
        Map<String, Integer> plan = RolloutPlan.proportional(
                wanted,
                RolloutLimits.of(deployment),
                replicas,
                active.stream().map(ReplicaSets::planned).toList());
        for (ReplicaSet set : active) {
            int size =
                    plan.getOrDefault(set.getMetadata().getName(), set.getSpec().getReplicas());
            scaler.scale(deployment, set, size);
        }
    }

    /** Whether the new set has all that is wanted, so that the old ones can go altogether. */
    private static boolean isSaturated(Deployment deployment, ReplicaSets present) {
        int wanted = deployment.getSpec().getReplicas();
        return present.fresh()
                .filter(s -> s.getSpec().getReplicas() == wanted
                        && ReplicaSets.number(s, Annotations.DESIRED_REPLICAS) == wanted
                        && ReplicaSets.available(s) == wanted)
                .isPresent();
    }

    /** One step of a rolling update; the new set first. Whether anything was scaled. */
    private boolean roll(Deployment deployment, ReplicaSets present) {
        RolloutLimits limits = RolloutLimits.of(deployment);
        int wanted = deployment.getSpec().getReplicas();
        List<RolloutPlan.Set> old = plannedOld(present);
        ReplicaSet fresh = present.fresh().orElseThrow();
        int next = RolloutPlan.newReplicas(wanted, limits, ReplicaSets.planned(fresh), old);
        if (next != fresh.getSpec().getReplicas()) {
            return scaler.scale(deployment, fresh, next);
        }
        Map<String, Integer> plan = RolloutPlan.oldReplicas(wanted, limits, ReplicaSets.planned(fresh), old);
        boolean changed = false;
        for (ReplicaSet set : present.old()) {
            Integer replicas = plan.get(set.getMetadata().getName());
            changed |= replicas != null && scaler.scale(deployment, set, replicas);
        }
        return changed;
    }

    private static List<RolloutPlan.Set> plannedOld(ReplicaSets present) {
        return present.old().stream()
                .filter(s -> s.getSpec().getReplicas() > 0)
                .map(ReplicaSets::planned)
                .toList();
    }

    private boolean recreate(Deployment deployment, ReplicaSets present) {
        boolean changed = false;
        for (ReplicaSet set : present.old()) {
            changed |= set.getSpec().getReplicas() > 0 && scaler.scale(deployment, set, 0);
        }
        if (changed || present.fresh().isEmpty() || oldPodsRun(present)) {
            return changed;
        }
        return scaler.scale(
                deployment, present.fresh().orElseThrow(), deployment.getSpec().getReplicas());
    }

    private boolean oldPodsRun(ReplicaSets present) {
        return present.old().stream().anyMatch(s -> ReplicaSets.actual(s) > 0)
                || present.old().stream()
                        .flatMap(s -> pods
                                .byIndex(
                                        Informers.BY_CONTROLLER, s.getMetadata().getUid())
                                .stream())
                        .anyMatch(p -> !PodStates.hasEnded(p));
    }

    /** Empty when the name is taken; the status says so then. */
    private Optional<ReplicaSet> createFresh(Deployment deployment, ReplicaSets present) {
        int wanted = deployment.getSpec().getReplicas();
        int replicas = isRecreate(deployment)
                ? wanted
                : RolloutPlan.newReplicas(
                        wanted,
                        RolloutLimits.of(deployment),
                        new RolloutPlan.Set("", 0, 0, "", 0),
                        plannedOld(present));
        ReplicaSet set = ReplicaSets.create(deployment, replicas, present.freshRevision());
        try {
            ReplicaSet created = client.create(Resources.REPLICA_SETS, set);
            if (replicas > 0) {
                scaler.tell(deployment, set.getMetadata().getName(), 0, replicas);
            }
            return Optional.of(created);
        } catch (ApiError e) {
            if (e.is(Reason.AlreadyExists)) {
                return existing(deployment, ObjectKey.of(set));
            }
            if (!isTerminatingNamespace(e)) {
                events.warning(
                        deployment,
                        "ReplicaSetCreateError",
                        "Failed to create new replica set \""
                                + set.getMetadata().getName() + "\": " + e.getMessage());
            }
            throw e;
        }
    }

    private static boolean isTerminatingNamespace(ApiError e) {
        return e.details().causes().stream().anyMatch(c -> c.reason().equals("NamespaceTerminating"));
    }

    /** The name is taken: by the set itself, which the informer has not shown yet, or by another template. */
    private Optional<ReplicaSet> existing(Deployment deployment, ObjectKey taken) {
        Optional<ReplicaSet> other = client.get(Resources.REPLICA_SETS, taken);
        boolean ours = other.isPresent()
                && Owners.isControlledBy(other.get(), deployment)
                && TemplateHash.same(
                        other.get().getSpec().getTemplate(),
                        deployment.getSpec().getTemplate());
        if (ours) {
            return other;
        }
        statuses.countCollision(deployment);
        return Optional.empty();
    }

    /** Deletes the oldest sets beyond the history that is to be kept, of those that are empty. */
    private void cleanUp(Deployment deployment, ReplicaSets present) {
        Integer limit = deployment.getSpec().getRevisionHistoryLimit();
        if (limit == null || limit == Integer.MAX_VALUE) {
            return;
        }
        List<ReplicaSet> living = present.old().stream()
                .filter(s -> s.getMetadata().getDeletionTimestamp() == null)
                .sorted(Comparator.comparingLong(ReplicaSets::revision))
                .toList();
        living.subList(0, Math.max(0, living.size() - limit)).stream()
                .filter(DeploymentController::isEmpty)
                .forEach(scaler::delete);
    }

    private static boolean isEmpty(ReplicaSet set) {
        return set.getSpec().getReplicas() == 0
                && ReplicaSets.actual(set) == 0
                && set.getStatus() != null
                && set.getMetadata().getGeneration().equals(set.getStatus().getObservedGeneration());
    }

    private void enqueueOwner(ReplicaSet set) {
        if (Owners.controller(set).isEmpty()) {
            enqueueCandidates(set);
        }
        Owners.controller(set)
                .filter(o -> o.getKind().equals(Resources.DEPLOYMENTS.kind()))
                .ifPresent(o -> queue.add(ObjectKey.of(set.getMetadata().getNamespace(), o.getName())));
    }

    /** Every Deployment that could adopt the set. */
    private void enqueueCandidates(ReplicaSet set) {
        for (Deployment deployment :
                deployments.byIndex(Informers.BY_NAMESPACE, set.getMetadata().getNamespace())) {
            if (LabelSelectors.of(deployment.getSpec().getSelector())
                    .matches(set.getMetadata().getLabels())) {
                queue.add(ObjectKey.of(deployment));
            }
        }
    }

    private final class SetHandler implements Handler<ReplicaSet> {
        @Override
        public void onAdd(ReplicaSet set) {
            enqueueOwner(set);
        }

        @Override
        public void onUpdate(ReplicaSet before, ReplicaSet after) {
            enqueueOwner(before);
            enqueueOwner(after);
        }

        @Override
        public void onDelete(ReplicaSet last) {
            enqueueOwner(last);
        }
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
                    .flatMap(Owners::controller)
                    .flatMap(
                            o -> deployments.get(ObjectKey.of(last.getMetadata().getNamespace(), o.getName())))
                    .filter(DeploymentController::isRecreate)
                    .ifPresent(d -> queue.add(ObjectKey.of(d)));
        }
    }
}
