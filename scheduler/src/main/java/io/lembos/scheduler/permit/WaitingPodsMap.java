package io.lembos.scheduler.permit;

import io.lembos.api.time.Clock;
import io.lembos.scheduler.framework.Assignment;
import io.lembos.scheduler.framework.WaitingPod;
import io.lembos.scheduler.framework.WaitingPods;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The pods that wait, by uid. Bounded by the pods of the cluster. */
public final class WaitingPodsMap implements WaitingPods {
    private static final Duration TIMEOUT_MAX = Duration.ofMinutes(15);

    private final Clock clock;
    private final Map<String, PermitWait> waiting = new ConcurrentHashMap<>();

    public WaitingPodsMap(Clock clock) {
        this.clock = clock;
    }

    /** @param timeouts how long each plugin lets it wait */
    public void add(Assignment assignment, Map<String, Duration> timeouts) {
        Map<String, Duration> capped = new HashMap<>();
        timeouts.forEach((plugin, time) -> capped.put(plugin, time.compareTo(TIMEOUT_MAX) > 0 ? TIMEOUT_MAX : time));
        waiting.put(assignment.pod().uid(), new PermitWait(assignment, capped, clock));
    }

    /** Waits for the end of the pod's wait; why it must look again, empty if nobody said so. */
    public Optional<Refusal> await(String uid) throws InterruptedException {
        PermitWait wait = waiting.get(uid);
        if (wait == null) {
            return Optional.empty();
        }
        try {
            return wait.await();
        } finally {
            waiting.remove(uid);
        }
    }

    /** Forgets a pod for which nobody waits. */
    public void remove(String uid) {
        PermitWait wait = waiting.remove(uid);
        if (wait != null) {
            wait.breakOff();
        }
    }

    /** Ends a pod's wait, if it waits, with nothing said. */
    public void breakOff(String uid) {
        PermitWait wait = waiting.get(uid);
        if (wait != null) {
            wait.breakOff();
        }
    }

    @Override
    public List<WaitingPod> all() {
        return List.copyOf(waiting.values());
    }

    @Override
    public Optional<WaitingPod> get(String uid) {
        return Optional.ofNullable(waiting.get(uid));
    }
}
