package io.lembos.kubelet.simulated;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.lembos.kubelet.container.ObservedContainer;
import io.lembos.kubelet.container.ObservedContainer.State;
import io.lembos.kubelet.container.ObservedPod;
import io.lembos.kubelet.container.ObservedSandbox;
import io.lembos.kubelet.pod.CrashBackOff;
import io.lembos.kubelet.pod.PodActions;
import io.lembos.kubelet.probes.Health;
import io.lembos.kubelet.status.PodStatusComputer;
import io.lembos.kubelet.status.Waiting;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * One step in the life of a pod whose containers exist in its status only: what has begun and ended by now, decided as for
 * real pods. Pure; a pod that has nothing to do comes out as it went in.
 *
 * <p>Init containers succeed as soon as they start, sidecars run on, the others end as the pod's {@link PodScript} says.
 * Times are whole seconds, as in statuses.
 */
final class SimulatedPod {
    private final Pod pod;
    private final String hostIp;
    private final String podIp;
    private final PodScript script;
    private final Instant now;
    private final List<ObservedContainer> containers;
    private final CrashBackOff backOff = new CrashBackOff(CrashBackOff.MAX);

    /**
     * What comes of a step.
     *
     * @param lookAgain when the next thing happens by itself
     * @param backingOff names of containers that wait for their next start
     */
    record Step(PodStatus status, Optional<Duration> lookAgain, List<String> backingOff) {}

    /** @param podIp address that the pod has or is given now */
    SimulatedPod(Pod pod, String hostIp, String podIp, PodScript script, Instant now) {
        this.pod = pod;
        this.hostIp = hostIp;
        this.podIp = podIp;
        this.script = script;
        this.now = now;
        this.containers = ReportedPod.containers(pod);
    }

    Step run() {
        endWhatIsDue();
        PodActions actions = decide();
        while (!actions.start().isEmpty()) {
            actions.start().forEach(this::start);
            endWhatIsDue();
            actions = decide();
        }
        Map<String, Waiting> waiting = new HashMap<>();
        for (PodActions.BackingOff one : actions.backingOff()) {
            String name = one.container().getName();
            waiting.put(name, Waiting.crashLoop(pod, name, one.delay()));
        }
        return new Step(status(waiting), earliest(actions.lookAgain(), nextEnd()), List.copyOf(waiting.keySet()));
    }

    /** Every container stops, because the pod is being deleted. */
    PodStatus stop() {
        containers.replaceAll(c -> c.isRunning() ? ended(c, seconds(), 0) : c);
        return status(Map.of());
    }

    /** Whether a status says already what the agent would, whatever others say beside. */
    static boolean says(PodStatus before, PodStatus wanted) {
        return before != null
                && Objects.equals(before.getPhase(), wanted.getPhase())
                && Objects.equals(before.getHostIP(), wanted.getHostIP())
                && Objects.equals(before.getPodIP(), wanted.getPodIP())
                && Objects.equals(before.getStartTime(), wanted.getStartTime())
                && before.getInitContainerStatuses().equals(wanted.getInitContainerStatuses())
                && before.getContainerStatuses().equals(wanted.getContainerStatuses())
                && before.getConditions().containsAll(wanted.getConditions());
    }

    private PodStatus status(Map<String, Waiting> waiting) {
        return new PodStatusComputer(ReportedPod.RUNTIME, hostIp, (pod, container) -> "")
                .compute(pod, observed(), waiting, Health.UNASKED, now);
    }

    private PodActions decide() {
        ObservedPod observed = observed();
        for (ObservedContainer container : containers) {
            boolean newest =
                    observed.latest(container.name()).filter(container::equals).isPresent();
            if (newest && container.hasExited()) {
                backOff.countEnd(container);
            }
        }
        return PodActions.compute(pod, observed, Health.UNASKED, now, backOff::delay);
    }

    private ObservedPod observed() {
        String uid = pod.getMetadata().getUid();
        ObservedSandbox sandbox = new ObservedSandbox(uid, 0, true, podIp, Instant.EPOCH);
        return new ObservedPod(uid, List.of(sandbox), containers);
    }

    private void start(PodActions.Start start) {
        Container container = start.container();
        String uid = pod.getMetadata().getUid();
        String seed = uid + "/" + container.getName() + "/" + start.attempt();
        String id = UUID.nameUUIDFromBytes(seed.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "");
        ObservedContainer running = new ObservedContainer(
                id,
                uid,
                container.getName(),
                start.attempt(),
                State.RUNNING,
                container.getImage(),
                container.getImage(),
                seconds(),
                seconds(),
                Instant.EPOCH,
                0,
                "",
                "",
                "");
        boolean runsThrough = start.init() && !"Always".equals(container.getRestartPolicy());
        containers.add(0, runsThrough ? ended(running, seconds(), 0) : running);
    }

    private void endWhatIsDue() {
        containers.replaceAll(c -> end(c).filter(end -> !end.isAfter(now))
                .map(end -> ended(c, end, script.exitCode()))
                .orElse(c));
    }

    /** When a container that runs ends by itself. */
    private Optional<Instant> end(ObservedContainer container) {
        boolean scripted = container.isRunning()
                && pod.getSpec().getContainers().stream()
                        .anyMatch(c -> c.getName().equals(container.name()));
        return scripted ? script.runFor().map(container.startedAt()::plus) : Optional.empty();
    }

    private Optional<Duration> nextEnd() {
        return containers.stream()
                .flatMap(c -> end(c).stream())
                .map(end -> Duration.between(now, end))
                .min(Duration::compareTo);
    }

    private Instant seconds() {
        return now.truncatedTo(ChronoUnit.SECONDS);
    }

    private static ObservedContainer ended(ObservedContainer c, Instant at, int exitCode) {
        return new ObservedContainer(
                c.id(),
                c.sandboxId(),
                c.name(),
                c.restartCount(),
                State.EXITED,
                c.image(),
                c.imageId(),
                c.createdAt(),
                c.startedAt(),
                at,
                exitCode,
                "",
                "",
                "");
    }

    private static Optional<Duration> earliest(Optional<Duration> one, Optional<Duration> other) {
        List<Duration> both = new ArrayList<>();
        one.ifPresent(both::add);
        other.ifPresent(both::add);
        return both.stream().min(Duration::compareTo);
    }
}
