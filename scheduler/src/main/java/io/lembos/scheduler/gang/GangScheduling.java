package io.lembos.scheduler.gang;

import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.framework.Assignment;
import io.lembos.scheduler.framework.ClusterChange;
import io.lembos.scheduler.framework.ClusterEvent;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.EventResource;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.ObjectChange;
import io.lembos.scheduler.framework.Permit;
import io.lembos.scheduler.framework.PermitPlugin;
import io.lembos.scheduler.framework.PodChange;
import io.lembos.scheduler.framework.PreEnqueuePlugin;
import io.lembos.scheduler.framework.WaitingPod;
import io.lembos.scheduler.framework.WaitingPods;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the pods of a gang aside until there are {@code minCount} of them, and from their nodes until as many have one
 * (KEP-4671). That they are decided together is the pod group cycle's affair; the wait for permission is the second barrier,
 * for members that do not come together.
 */
public record GangScheduling(PodGroups groups) implements PreEnqueuePlugin, PermitPlugin {
    public static final String NAME = "GangScheduling";
    /** Of a pod that has found room when too few others have. */
    public static final String WAITING = "waiting for minCount pods from a gang to be scheduled";

    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<String> preEnqueue(PodInfo pod) {
        return pod.group().flatMap(this::missing);
    }

    /** What the group lacks to be tried; kube-scheduler's words. */
    private Optional<String> missing(ObjectKey group) {
        Optional<PodGroups.Standing> standing = groups.standing(group);
        if (standing.isEmpty()) {
            return Optional.of(unknown(group));
        }
        return standing.get().isComplete()
                ? Optional.empty()
                : Optional.of("waiting for minCount pods from a gang to appear in scheduling queue");
    }

    public static String unknown(ObjectKey group) {
        return "waiting for pods's pod group \"" + group.name() + "\" to appear in scheduling queue";
    }

    @Override
    public Optional<String> numbers(PodInfo pod) {
        return pod.group()
                .flatMap(groups::standing)
                .map(standing -> "have " + standing.pods() + ", need " + standing.minCount());
    }

    @Override
    public Permit permit(Assignment assignment, WaitingPods waiting) {
        Optional<ObjectKey> group = assignment.pod().group();
        if (group.isEmpty()) {
            return Permit.ALLOW;
        }
        Optional<PodGroups.Standing> standing = groups.standing(group.get());
        if (standing.isEmpty()) {
            return new Permit.Reject(unknown(group.get()));
        }
        if (standing.get().minCount() == 0) {
            return Permit.ALLOW;
        }
        if (standing.get().placed() < standing.get().minCount()) {
            return new Permit.Wait(TIMEOUT);
        }
        for (WaitingPod each : waiting.all()) {
            if (group.equals(each.assignment().pod().group())) {
                each.allow(NAME);
            }
        }
        return Permit.ALLOW;
    }

    /** All of them speak of one group; pods of others are not asked. */
    @Override
    public List<HintedEvent> events() {
        return List.of(
                HintedEvent.ofGroups(
                        ClusterEvent.of(EventResource.UNSCHEDULED_POD, EventAction.ADD), this::completedByPod),
                HintedEvent.ofGroups(ClusterEvent.of(EventResource.POD, EventAction.ADD), this::completedByPod),
                HintedEvent.ofGroups(
                        ClusterEvent.of(EventResource.POD_GROUP, EventAction.ADD, EventAction.UPDATE),
                        this::completedByGroup));
    }

    private Optional<ObjectKey> completedByPod(ClusterChange change) {
        return ((PodChange) change).group().filter(this::isComplete);
    }

    private Optional<ObjectKey> completedByGroup(ClusterChange change) {
        return Optional.of(ObjectKey.of(((ObjectChange) change).after())).filter(this::isComplete);
    }

    private boolean isComplete(ObjectKey group) {
        return groups.standing(group).filter(PodGroups.Standing::isComplete).isPresent();
    }
}
