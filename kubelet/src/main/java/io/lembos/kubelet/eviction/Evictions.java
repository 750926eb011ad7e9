package io.lembos.kubelet.eviction;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.time.Clock;
import io.lembos.kubelet.status.Termination;
import io.lembos.runtime.ContainerRuntimeException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every ten seconds whether the node runs short of something, and whether pods keep to their limits of disk. What is
 * short is told; then what nobody needs is removed, and if that is not enough one pod has to go, and the next look waits for
 * its end. One look at a time, on the clock's thread of tasks.
 */
public final class Evictions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Evictions.class);
    private static final Duration FIRST = Duration.ofSeconds(1); // The node is to be ready first.
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration AT_ONCE = Duration.ofSeconds(1);

    private final EvictionSettings settings;
    private final Senses senses;
    private final NodePods pods;
    private final NodePressure pressure;
    private final EventRecorder events;
    private final Node node;
    private final Clock clock;
    private final Runnable onChange;
    private PressureState state = PressureState.NONE;
    private volatile boolean closed;

    /** What is seen and done of the machine; the clock's thread may wait for it. */
    public interface Senses {
        Map<Signal, Observation> look() throws IOException;

        /** Whether images lie on another disk than the node's files. */
        boolean imagesApart() throws IOException;

        /** By uid; pods of which nothing is known are absent. */
        Map<String, PodConsumption> consumption(List<Pod> pods) throws IOException;

        /** Removes images that nobody uses. */
        void removeUnusedImages();
    }

    /** @param onChange told when conditions of the node have changed */
    public Evictions(
            EvictionSettings settings,
            Senses senses,
            NodePods pods,
            NodePressure pressure,
            EventRecorder events,
            Node node,
            Clock clock,
            Runnable onChange) {
        this.settings = settings;
        this.senses = senses;
        this.pods = pods;
        this.pressure = pressure;
        this.events = events;
        this.node = node;
        this.clock = clock;
        this.onChange = onChange;
    }

    public void start() {
        clock.after(FIRST, this::look);
    }

    @Override
    public void close() {
        closed = true;
    }

    private void look() {
        if (closed) {
            return;
        }
        List<Pod> sent = List.of();
        try {
            sent = round();
        } catch (IOException | ContainerRuntimeException e) {
            LOG.warn("What the node has left could not be measured: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("What the node has left could not be judged", e);
        }
        if (sent.isEmpty()) {
            clock.after(LOOK, this::look);
        } else {
            await(sent, clock.nanoTime() + PATIENCE.toNanos());
        }
    }

    private void await(List<Pod> going, long until) {
        if (going.stream().allMatch(pods::hasEnded) || clock.nanoTime() >= until) {
            look();
        } else {
            clock.after(POLL, () -> await(going, until));
        }
    }

    /** @return the pods that had to go */
    private List<Pod> round() throws IOException {
        Map<Signal, Observation> looked = settings.thresholds().isEmpty() ? Map.of() : senses.look();
        state = state.next(settings, looked, clock.now());
        tell(looked);
        List<Pod> active = pods.active();
        List<Pod> sent = overTheirLimits(active);
        if (!sent.isEmpty() || state.due().isEmpty()) {
            return sent;
        }
        Threshold first = state.due().getFirst();
        Starved resource = first.signal().resource();
        LOG.warn("{}", EvictionMessage.shortage(first, looked.get(first.signal())));
        events.warning(node, "EvictionThresholdMet", "Attempting to reclaim " + resource.word());
        boolean apart = senses.imagesApart();
        if (first.signal().condition() == PressureCondition.DISK
                && (!apart || first.signal().isOfImages())) {
            pods.removeRemains();
            senses.removeUnusedImages();
            if (PressureState.isRelieved(settings, senses.look())) {
                return List.of();
            }
        }
        return sendOne(first, active, looked, apart);
    }

    private List<Pod> sendOne(Threshold first, List<Pod> active, Map<Signal, Observation> looked, boolean apart)
            throws IOException {
        Map<String, PodConsumption> used = active.isEmpty() ? Map.of() : senses.consumption(active);
        EvictionRank rank = new EvictionRank(p -> usage(used, p), apart);
        EvictionMessage message = new EvictionMessage(state.due(), looked);
        Duration grace = first.isHard() ? AT_ONCE : settings.maxPodGrace();
        for (Pod pod : rank.rank(active, first.signal())) {
            if (!CriticalPods.contains(pod)) {
                send(pod, message.of(pod, usage(used, pod), first.signal().resource()), grace, true);
                return List.of(pod);
            }
        }
        return List.of();
    }

    private List<Pod> overTheirLimits(List<Pod> active) throws IOException {
        List<Pod> limited = active.stream()
                .filter(p -> LocalLimits.has(p) && !CriticalPods.contains(p))
                .toList();
        if (limited.isEmpty()) {
            return List.of();
        }
        Map<String, PodConsumption> used = senses.consumption(limited);
        boolean apart = senses.imagesApart();
        List<Pod> sent = new ArrayList<>();
        for (Pod pod : limited) {
            Optional<String> why = usage(used, pod).flatMap(u -> LocalLimits.exceeded(pod, u, apart));
            if (why.isPresent()) {
                send(pod, why.get(), AT_ONCE, false);
                sent.add(pod);
            }
        }
        return sent;
    }

    private void send(Pod pod, String message, Duration grace, boolean disrupts) {
        events.warning(pod, NodePressure.EVICTED, message);
        pods.end(pod, new Termination(NodePressure.EVICTED, message, Optional.of(grace), disrupts));
    }

    private static Optional<PodConsumption> usage(Map<String, PodConsumption> used, Pod pod) {
        return Optional.ofNullable(used.get(pod.getMetadata().getUid()));
    }

    /** Says which conditions have changed, and what is short: the conditions themselves do not name it. */
    private void tell(Map<Signal, Observation> looked) {
        Set<PressureCondition> before = pressure.conditions();
        if (before.equals(state.conditions())) {
            return;
        }
        pressure.set(state.conditions());
        for (PressureCondition condition : EnumSet.allOf(PressureCondition.class)) {
            boolean now = state.conditions().contains(condition);
            if (now != before.contains(condition)) {
                List<String> shortages = state.since().keySet().stream()
                        .filter(t -> t.signal().condition() == condition)
                        .map(t -> EvictionMessage.shortage(t, looked.get(t.signal())))
                        .toList();
                String why = shortages.isEmpty() ? "" : " (" + String.join("; ", shortages) + ")";
                String what = "Node " + node.getMetadata().getName() + " status is now: " + condition.event(now) + why;
                LOG.info("{}", what);
                events.normal(node, condition.event(now), what);
            }
        }
        onChange.run();
    }
}
