package io.lembos.scheduler.queue;

import io.lembos.scheduler.framework.EventAction;
import io.lembos.scheduler.framework.HintedEvent;
import io.lembos.scheduler.framework.Requeues;
import java.util.List;

/** Waits for pods to go, unless it is told that they do not help. */
final class Room implements Requeues {
    int asked;
    boolean helps = true;

    @Override
    public String name() {
        return "Room";
    }

    @Override
    public List<HintedEvent> events() {
        return List.of(HintedEvent.ofPods(
                (pod, change) -> {
                    asked++;
                    return helps;
                },
                EventAction.DELETE));
    }
}
