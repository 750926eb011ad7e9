package io.lembos.scheduler;

import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.BindingCycle.Elsewhere;
import io.lembos.scheduler.BindingCycle.Held;
import io.lembos.scheduler.BindingCycle.Refused;
import io.lembos.scheduler.cycle.BindingPlugins;
import io.lembos.scheduler.cycle.Diagnosis;
import io.lembos.scheduler.cycle.WayOut;
import io.lembos.scheduler.framework.Nomination;
import io.lembos.scheduler.gang.GangScheduling;
import io.lembos.scheduler.gang.PodGroupStatusWriter;
import io.lembos.scheduler.gang.PodGroups;
import io.lembos.scheduler.gang.PodGroups.Standing;
import io.lembos.scheduler.metrics.ProfileMetrics;
import io.lembos.scheduler.metrics.Result;
import io.lembos.scheduler.permit.Refusal;
import io.lembos.scheduler.queue.SchedulingQueue;
import io.lembos.scheduler.queue.SchedulingQueue.Taken;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides for all waiting pods of a PodGroup together (KEP-4671): one after the other, each counted where it found room
 * before the next one looks. If with those that have a node already there are {@code minCount}, all that found room go
 * there; otherwise nobody does, and everything is as before. A group that is no gang needs nobody in particular.
 *
 * <p>On the thread that decides. Nobody else decides meanwhile, so that two gangs never hold what the other needs.
 */
final class GroupCycle {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCycle.class);

    private final SchedulingQueue queue;
    private final PodGroups groups;
    private final Decider decider;
    private final FailureHandler failures;
    private final PodGroupStatusWriter statuses;

    /** Decides for one member. */
    interface Decider {
        Found decide(Taken taken, boolean inGang);

        /** The pod does not go where it was decided to go. */
        void undone(Taken taken);

        BindingPlugins plugins(Taken taken);
    }

    /** What was found for one member: room, or why not. */
    record Found(Optional<BindingCycle.Holding> holding, Optional<Diagnosis> diagnosis, Nomination nomination) {
        static Found room(BindingCycle.Holding holding) {
            return new Found(Optional.of(holding), Optional.empty(), Nomination.KEEP);
        }

        static Found nothing(WayOut wayOut) {
            return new Found(Optional.empty(), Optional.of(wayOut.diagnosis()), wayOut.nomination());
        }
    }

    GroupCycle(
            SchedulingQueue queue,
            PodGroups groups,
            Decider decider,
            FailureHandler failures,
            PodGroupStatusWriter statuses) {
        this.queue = queue;
        this.groups = groups;
        this.decider = decider;
        this.failures = failures;
        this.statuses = statuses;
    }

    /** @param first one of the group; the others are taken too */
    void run(Taken first) {
        ObjectKey group = first.pod().group().orElseThrow();
        List<Taken> members = queue.takeGroup(first);
        if (members.isEmpty()) {
            return;
        }
        new Attempt(group, members).run();
    }

    /** One attempt of one group. */
    private final class Attempt {
        private final ObjectKey group;
        private final List<Taken> members;
        private final long begin;
        private final ProfileMetrics metrics;
        private final List<Held> held = new ArrayList<>();
        private final Map<Taken, Found> without = new LinkedHashMap<>();

        Attempt(ObjectKey group, List<Taken> members) {
            this.group = group;
            this.members = members;
            begin = members.getFirst().takenNanos();
            metrics = failures.metrics().of(members.getFirst().pod().schedulerName());
        }

        void run() {
            boolean together =
                    decider.plugins(members.getFirst()).permits().stream().anyMatch(GangScheduling.class::isInstance);
            if (together && groups.standing(group).isEmpty()) {
                String message = GangScheduling.unknown(group);
                members.forEach(
                        each -> failures.unschedulable(each, Set.of(GangScheduling.NAME), message, Nomination.KEEP));
                return;
            }
            int minCount = together ? standing().minCount() : 0;
            try {
                requireOneProfile();
                find(minCount > 0);
                if (standing().placed() >= minCount) {
                    permit();
                }
            } catch (RuntimeException e) {
                LOG.error("Deciding on group {} failed", group, e);
                held.forEach(Held::letGo);
                members.forEach(failures::failed);
                metrics.groupAttempt(begin, Result.ERROR);
                statuses.error(group, String.valueOf(e.getMessage()));
                return;
            }
            metrics.groupDecided(begin);
            finish(minCount);
        }

        private void requireOneProfile() {
            Set<String> names = members.stream()
                    .map(each -> each.pod().schedulerName())
                    .collect(Collectors.toCollection(TreeSet::new));
            if (names.size() > 1) {
                throw new IllegalStateException(
                        "all pods in a single pod group should have the same .spec.schedulerName set, got: "
                                + names.stream().map(name -> "\"" + name + "\"").collect(Collectors.joining(" and ")));
            }
        }

        /** A group that goes meanwhile needs nobody any more; the barrier of permits stops it. */
        private Standing standing() {
            return groups.standing(group).orElse(new Standing(0, 0, 0));
        }

        private void find(boolean inGang) {
            for (Taken each : members) {
                Found found = decider.decide(each, inGang);
                switch (found.holding().orElse(null)) {
                    case Held room -> held.add(room);
                    case Elsewhere elsewhere -> {}
                    case Refused refused -> without.put(each, refused(refused.why()));
                    case null -> without.put(each, found);
                }
            }
        }

        private static Found refused(Refusal refusal) {
            Diagnosis diagnosis = new Diagnosis(1, Map.of(refusal.reason(), 1), Set.of(refusal.plugin()), "", "");
            return new Found(Optional.empty(), Optional.of(diagnosis), Nomination.NONE);
        }

        private void permit() {
            for (Held each : List.copyOf(held)) {
                each.permit().ifPresent(refusal -> {
                    held.remove(each);
                    each.letGo();
                    without.put(each.taken(), refused(refusal));
                });
            }
        }

        private void finish(int minCount) {
            int placed = standing().placed();
            boolean enough = placed >= minCount;
            boolean success = enough && (minCount > 0 || !held.isEmpty());
            if (enough) {
                held.forEach(Held::go);
            } else {
                for (Held each : held.reversed()) {
                    each.letGo();
                }
                held.forEach(each -> {
                    decider.undone(each.taken());
                    failures.unschedulable(
                            each.taken(), Set.of(GangScheduling.NAME), GangScheduling.WAITING, Nomination.NONE);
                });
            }
            without.forEach((each, found) -> {
                Diagnosis diagnosis = found.diagnosis().orElseThrow();
                failures.unschedulable(each, diagnosis, found.nomination());
            });
            metrics.groupAttempt(begin, success ? Result.SCHEDULED : Result.UNSCHEDULABLE);
            if (success) {
                statuses.scheduled(group);
            } else {
                statuses.unschedulable(
                        group,
                        minCount == 0
                                ? ""
                                : "minCount (" + minCount + ") cannot be satisfied: " + placed
                                        + " scheduled, 0 remaining");
            }
        }
    }
}
