package io.lembos.scheduler.plugins;

import io.lembos.scheduler.cache.HostPort;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.PodChange;
import java.util.List;

/** What may help a pod whose host ports were taken: a new node, or the end of a pod that had one of them. */
final class NodePortsHints {

    private NodePortsHints() {}

    static List<HintedEvent> events() {
        return List.of(
                HintedEvent.ofPods(NodePortsHints::frees, EventAction.DELETE),
                HintedEvent.ofNodes((pod, change) -> true, EventAction.ADD));
    }

    private static boolean frees(PodInfo pod, PodChange change) {
        List<HostPort> freed = change.before().ports();
        return pod.ports().stream().anyMatch(port -> freed.stream().anyMatch(port::conflictsWith));
    }
}
