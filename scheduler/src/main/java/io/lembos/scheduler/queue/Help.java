package io.lembos.scheduler.queue;

import io.lembos.scheduler.framework.ClusterChange;
import io.lembos.scheduler.framework.QueueingHint;
import io.lembos.scheduler.queue.QueuePlugins.Ask;
import java.util.List;

/** Whether changes may help pods, in the eyes of the plugins that have rejected them. Guarded by the queue's lock. */
record Help(QueuePlugins plugins, InFlightChanges inFlight) {

    /** Whether something came while the pod was in flight. */
    boolean wasMissedBy(QueuedPod pod) {
        return inFlight.since(pod.pod.uid())
                .map(changes -> changes.stream().anyMatch(change -> mayComeOf(change, pod)))
                .orElse(true);
    }

    boolean mayComeOf(ClusterChange change, QueuedPod pod) {
        if (pod.rejectedBy.contains(Rejector.UNKNOWN) && pod.mayBeHelped(change)) {
            return true;
        }
        for (Ask ask : plugins.asks(change)) {
            if (pod.rejectedBy.contains(ask.rejector()) && says(ask, pod, change)) {
                return true;
            }
        }
        return false;
    }

    /** Those that a plugin wants to have tried again. */
    List<QueuedPod> among(WaitingPods waiting, Ask ask, ClusterChange change) {
        return ask.group().isPresent()
                ? ask.group()
                        .get()
                        .helped(change)
                        .map(group -> waiting.rejectedBy(ask.rejector(), group))
                        .orElse(List.of())
                : waiting.rejectedBy(ask.rejector()).stream()
                        .filter(pod -> says(ask, pod, change))
                        .toList();
    }

    private static boolean says(Ask ask, QueuedPod pod, ClusterChange change) {
        return !pod.isItself(change) && ask.hint().ask(pod.pod, change) == QueueingHint.Answer.QUEUE;
    }
}
