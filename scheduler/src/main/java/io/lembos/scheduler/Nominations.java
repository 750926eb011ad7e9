package io.lembos.scheduler;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.scheduler.cache.NodeInfo;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.framework.Nomination;
import io.lembos.scheduler.framework.PodChange;
import io.lembos.scheduler.queue.SchedulingQueue;
import io.lembos.scheduler.status.PodStatusWriter;
import java.util.List;
import java.util.Optional;

/**
 * Which pod waits at which node while others are being evicted for it: the cache counts it there, its status says so, and
 * whoever loses the place frees it for others. The cache ends a nomination by itself when the pod is on a node or gone.
 *
 * <p>Called by the thread that decides and by the informer's; the cache decides who was first.
 */
record Nominations(SchedulerCache cache, SchedulingQueue queue, PodStatusWriter statuses) {

    /** Counts a decision that has been made about the pod; says what its status must say in turn. */
    Nomination decided(PodInfo pod, Nomination nomination) {
        switch (nomination) {
            case Nomination.Keep keep -> {}
            case Nomination.None none -> {
                if (!end(pod.pod()) && pod.nominatedNode().isEmpty()) {
                    return Nomination.KEEP;
                }
            }
            case Nomination.Node node -> {
                giveWay(pod, node.name());
                cache.nominate(pod, node.name());
            }
        }
        return nomination;
    }

    /** The pod does not come to its nominated node; others may. */
    boolean end(Pod pod) {
        boolean was = cache.denominate(pod.getMetadata().getUid()).isPresent();
        if (was) {
            queue.changed(PodChange.removed(pod));
        }
        return was;
    }

    /** What the watch says of a waiting pod. Its status may be behind the last decision, or somebody else's word. */
    void seen(Pod before, Pod after) {
        Optional<String> was = before == null ? Optional.empty() : PodInfo.nominatedNode(before);
        Optional<String> is = PodInfo.nominatedNode(after);
        if (is.isEmpty() && was.isPresent()) {
            end(after);
            return;
        }
        Optional<String> node =
                is.equals(was) ? cache.nominatedNode(after.getMetadata().getUid()) : is;
        node.ifPresent(name -> cache.nominate(PodInfo.of(after), name));
    }

    /** Less important pods that wait at the node may not fit any more: they look elsewhere. */
    private void giveWay(PodInfo preemptor, String node) {
        List<PodInfo> lesser = cache.snapshot().node(node).stream()
                .map(NodeInfo::nominated)
                .flatMap(those -> those.values().stream())
                .filter(each -> each.priority() < preemptor.priority())
                .toList();
        for (PodInfo each : lesser) {
            cache.denominate(each.uid());
            statuses.nomination(each, Nomination.NONE);
            queue.activate(List.of(each.key()));
        }
    }
}
