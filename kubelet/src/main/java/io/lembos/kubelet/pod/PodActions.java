package io.lembos.kubelet.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.kubelet.container.EphemeralContainers;
import io.lembos.kubelet.container.ObservedContainer;
import io.lembos.kubelet.container.ObservedPod;
import io.lembos.kubelet.container.ObservedSandbox;
import io.lembos.kubelet.container.RestartRules;
import io.lembos.kubelet.probes.Health;
import io.lembos.kubelet.probes.ProbeKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What to do next for a pod that should run, from what is wanted and what is there. Pure.
 *
 * @param staleSandboxes sandboxes that can run nothing any more and must go first
 * @param needsSandbox whether a new sandbox is needed
 * @param kill containers to stop because they are not well
 * @param start containers to start now
 * @param backingOff containers that wait for their back-off
 * @param lookAgain when something waits for its time
 */
public record PodActions(
        List<ObservedSandbox> staleSandboxes,
        boolean needsSandbox,
        List<Kill> kill,
        List<Start> start,
        List<BackingOff> backingOff,
        Optional<Duration> lookAgain) {

    /**
     * @param message of the event
     * @param grace of the probe that failed, if it has its own
     */
    public record Kill(ObservedContainer container, String message, Optional<Duration> grace) {}

    /**
     * @param attempt restart count of the new container
     * @param target id of the container whose processes it shall see
     */
    public record Start(Container container, int attempt, boolean init, Optional<String> target) {

        Start(Container container, int attempt, boolean init) {
            this(container, attempt, init, Optional.empty());
        }
    }

    /** @param delay the whole back-off, of which some may be over */
    public record BackingOff(Container container, Duration delay) {}

    /** @param health what probes found out */
    public static PodActions compute(
            Pod pod, ObservedPod observed, Health health, Instant now, Function<Container, Duration> backOff) {
        Optional<ObservedSandbox> sandbox = observed.readySandbox();
        List<ObservedSandbox> stale = observed.sandboxes().stream()
                .filter(s -> sandbox.isEmpty() || !s.id().equals(sandbox.get().id()))
                .filter(ObservedSandbox::ready)
                .toList();
        Planner planner = new Planner(pod, observed, health, now, backOff);
        planner.plan();
        boolean needsSandbox = sandbox.isEmpty() && !planner.start.isEmpty();
        return new PodActions(
                stale,
                needsSandbox,
                planner.kill,
                planner.start,
                planner.backingOff,
                Optional.ofNullable(planner.lookAgain));
    }

    boolean isEmpty() {
        return staleSandboxes.isEmpty() && !needsSandbox && kill.isEmpty() && start.isEmpty();
    }

    /** Gathers the actions of one computation. */
    private static final class Planner {
        /** Exit code of what was killed. */
        private static final int KILLED = 137;

        private final Pod pod;
        private final ObservedPod observed;
        private final Health health;
        private final Instant now;
        private final Function<Container, Duration> backOff;
        private final List<Kill> kill = new ArrayList<>();
        private final List<Start> start = new ArrayList<>();
        private final List<BackingOff> backingOff = new ArrayList<>();
        private Duration lookAgain;

        Planner(Pod pod, ObservedPod observed, Health health, Instant now, Function<Container, Duration> backOff) {
            this.pod = pod;
            this.observed = observed;
            this.health = health;
            this.now = now;
            this.backOff = backOff;
        }

        void plan() {
            debug();
            if (!initialize()) {
                return;
            }
            for (Container container : pod.getSpec().getContainers()) {
                consider(container, false);
            }
        }

        /** Ephemeral containers run once, in a sandbox that is there already, however far the others are. */
        private void debug() {
            if (observed.readySandbox().isEmpty()) {
                return;
            }
            for (Container container : EphemeralContainers.of(pod)) {
                if (observed.latest(container.getName()).isPresent()) {
                    continue;
                }
                Optional<String> target = EphemeralContainers.target(pod, container.getName());
                Optional<String> id = target.flatMap(observed::latest)
                        .filter(ObservedContainer::isRunning)
                        .map(ObservedContainer::id);
                if (target.isEmpty() || id.isPresent()) {
                    start.add(new Start(container, 0, false, id));
                }
            }
        }

        /** Init containers run one after the other; true once all are through. Sidecars count once they have started. */
        private boolean initialize() {
            boolean mainStarted = pod.getSpec().getContainers().stream()
                    .anyMatch(c -> observed.latest(c.getName()).isPresent());
            boolean sandboxLost = observed.readySandbox().isEmpty();
            for (Container init : pod.getSpec().getInitContainers()) {
                Optional<ObservedContainer> latest = inSandbox(observed.latest(init.getName()));
                if (RestartRules.isSidecar(init)) {
                    consider(init, true);
                    if (latest.filter(health::started).isEmpty() && !(mainStarted && !sandboxLost)) {
                        return false;
                    }
                    continue;
                }
                if (mainStarted && !sandboxLost) {
                    continue;
                }
                boolean done =
                        latest.filter(c -> c.hasExited() && c.exitCode() == 0).isPresent();
                if (!done) {
                    consider(init, true);
                    return false;
                }
            }
            return true;
        }

        private void consider(Container container, boolean init) {
            Optional<ObservedContainer> latest = observed.latest(container.getName());
            if (latest.isEmpty()) {
                start.add(new Start(container, reportedRuns(container), init));
                return;
            }
            ObservedContainer last = latest.get();
            boolean lost = inSandbox(latest).isEmpty();
            if (last.isRunning() && !lost) {
                kill(container, last, health.failed(last));
                return;
            }
            if (last.state() == ObservedContainer.State.CREATED && !lost) {
                start.add(new Start(container, last.restartCount(), init));
                return;
            }
            if (last.hasExited() && !RestartRules.restarts(pod, container, last.exitCode())) {
                return;
            }
            restart(container, last, init);
        }

        /** Whatever runs though it should not: another image is wanted, or a probe failed. */
        private void kill(Container container, ObservedContainer last, Optional<ProbeKind> failed) {
            String subject = "Container " + container.getName();
            if (last.isOutdated(container.getImage())) {
                kill.add(new Kill(last, subject + " definition changed, will be restarted", Optional.empty()));
            } else if (failed.isPresent()) {
                String message = subject + " failed " + failed.get().word() + " probe";
                Long grace = failed.get().of(container).getTerminationGracePeriodSeconds();
                kill.add(new Kill(
                        last,
                        RestartRules.restarts(pod, container, KILLED) ? message + ", will be restarted" : message,
                        Optional.ofNullable(grace).map(Duration::ofSeconds)));
            }
        }

        /** How often the container ran, by the pod's status: the runtime may have lost it, as when a machine restarts. */
        private int reportedRuns(Container container) {
            if (pod.getStatus() == null) {
                return 0;
            }
            return java.util.stream.Stream.concat(
                            pod.getStatus().getContainerStatuses().stream(),
                            pod.getStatus().getInitContainerStatuses().stream())
                    .filter(s -> s.getName().equals(container.getName()))
                    // One that is lost has been counted when that was told.
                    .mapToInt(s -> s.getContainerID() == null ? s.getRestartCount() : s.getRestartCount() + 1)
                    .findFirst()
                    .orElse(0);
        }

        private void restart(Container container, ObservedContainer last, boolean init) {
            Duration delay = backOff.apply(container);
            Instant due = last.finishedAt().plus(delay);
            if (due.isAfter(now)) {
                backingOff.add(new BackingOff(container, delay));
                Duration left = Duration.between(now, due);
                lookAgain = lookAgain == null || left.compareTo(lookAgain) < 0 ? left : lookAgain;
            } else {
                start.add(new Start(container, last.restartCount() + 1, init));
            }
        }

        /** A container in a sandbox that is gone cannot go on, whatever the runtime says of it. */
        private Optional<ObservedContainer> inSandbox(Optional<ObservedContainer> container) {
            return container.filter(c -> observed.readySandbox()
                    .filter(s -> s.id().equals(c.sandboxId()))
                    .isPresent());
        }
    }
}
