package io.lembos.scheduler.queue;

import io.lembos.scheduler.cache.PodInfo;
import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.PreEnqueuePlugin;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Keeps pods aside until a node comes. */
final class Hold implements PreEnqueuePlugin {
    final Set<String> held = new HashSet<>();

    @Override
    public String name() {
        return "Hold";
    }

    @Override
    public Optional<String> preEnqueue(PodInfo pod) {
        return held.contains(pod.key().name()) ? Optional.of("held") : Optional.empty();
    }

    @Override
    public List<HintedEvent> events() {
        return List.of(HintedEvent.ofNodes((pod, change) -> true, EventAction.ADD));
    }
}
