package io.lembos.scheduler.plugins;

import io.fabric8.kubernetes.api.model.PodSchedulingGate;
import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.PreEnqueuePlugin;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Keeps pods aside until all their {@code spec.schedulingGates} are lifted (KEP-3521). */
public record SchedulingGates() implements PreEnqueuePlugin {

    @Override
    public String name() {
        return "SchedulingGates";
    }

    @Override
    public Optional<String> preEnqueue(PodInfo pod) {
        return pod.isGated() ? Optional.of("waiting for scheduling gates: " + names(pod)) : Optional.empty();
    }

    @Override
    public List<HintedEvent> events() {
        return List.of(HintedEvent.ofItself((pod, change) -> true, EventAction.UPDATE_POD_SCHEDULING_GATES_ELIMINATED));
    }

    private static String names(PodInfo pod) {
        return pod.pod().getSpec().getSchedulingGates().stream()
                .map(PodSchedulingGate::getName)
                .collect(Collectors.joining(" ", "[", "]"));
    }
}
