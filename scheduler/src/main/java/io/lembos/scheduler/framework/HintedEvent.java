package io.lembos.scheduler.framework;

import static io.lembos.scheduler.framework.QueueingHint.Answer.queueIf;

import io.lembos.api.meta.ObjectKey;
import io.lembos.scheduler.cache.PodInfo;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * A kind of change that may help pods that a plugin has rejected, and the function that looks closer.
 *
 * @param hint asked for changes that match the event only
 * @param group says the same of all pods at once, if the change can help those of one group only
 */
public record HintedEvent(ClusterEvent event, QueueingHint hint, Optional<GroupHint> group) {

    /** Says whose pods a change may help where it can help those of one PodGroup only: asked once, not for each pod. */
    @FunctionalInterface
    public interface GroupHint {
        Optional<ObjectKey> helped(ClusterChange change);
    }

    public HintedEvent(ClusterEvent event, QueueingHint hint) {
        this(event, hint, Optional.empty());
    }

    /** The pods of one PodGroup may be helped. */
    public static HintedEvent ofGroups(ClusterEvent event, GroupHint hint) {
        return new HintedEvent(
                event,
                (pod, change) -> {
                    Optional<ObjectKey> own = pod.group();
                    return queueIf(own.isPresent() && own.equals(hint.helped(change)));
                },
                Optional.of(hint));
    }

    /** @param mayHelp asked for pods that have a node: those come, go and change */
    public static HintedEvent ofPods(BiPredicate<PodInfo, PodChange> mayHelp, EventAction... actions) {
        return of(EventResource.POD, mayHelp, actions);
    }

    /** The rejected pod itself has changed. */
    public static HintedEvent ofItself(BiPredicate<PodInfo, PodChange> mayHelp, EventAction... actions) {
        return of(
                EventResource.UNSCHEDULED_POD, (pod, change) -> change.isOf(pod) && mayHelp.test(pod, change), actions);
    }

    public static HintedEvent ofNodes(BiPredicate<PodInfo, NodeChange> mayHelp, EventAction... actions) {
        return new HintedEvent(
                ClusterEvent.of(EventResource.NODE, actions),
                (pod, change) -> queueIf(mayHelp.test(pod, (NodeChange) change)));
    }

    /** @param resource neither pods nor nodes */
    public static HintedEvent ofObjects(
            EventResource resource, BiPredicate<PodInfo, ObjectChange> mayHelp, EventAction... actions) {
        return new HintedEvent(
                ClusterEvent.of(resource, actions), (pod, change) -> queueIf(mayHelp.test(pod, (ObjectChange) change)));
    }

    private static HintedEvent of(
            EventResource resource, BiPredicate<PodInfo, PodChange> mayHelp, EventAction... actions) {
        return new HintedEvent(
                ClusterEvent.of(resource, actions), (pod, change) -> queueIf(mayHelp.test(pod, (PodChange) change)));
    }
}
