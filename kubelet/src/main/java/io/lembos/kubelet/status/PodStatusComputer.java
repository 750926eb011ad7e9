package io.lembos.kubelet.status;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.HostIP;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.lembos.kubelet.container.ObservedContainer;
import io.lembos.kubelet.container.ObservedPod;
import io.lembos.kubelet.container.ObservedSandbox;
import io.lembos.kubelet.probes.Health;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** A pod's status from its spec, its last status and what the runtime reports; follows Kubernetes' kubelet. Pure. */
public final class PodStatusComputer {
    private final String runtimeName;
    private final String hostIp;
    private final Function<ObservedContainer, String> terminationMessages;

    /**
     * @param runtimeName prefix of container ids, for example {@code containerd}
     * @param terminationMessages what an ended container left behind
     */
    public PodStatusComputer(
            String runtimeName, String hostIp, Function<ObservedContainer, String> terminationMessages) {
        this.runtimeName = runtimeName;
        this.hostIp = hostIp;
        this.terminationMessages = terminationMessages;
    }

    /**
     * @param waiting why containers do not run, by their name
     * @param health what probes found out about those that run
     */
    public PodStatus compute(Pod pod, ObservedPod observed, Map<String, Waiting> waiting, Health health, Instant now) {
        List<ContainerStatus> init =
                statuses(pod.getSpec().getInitContainers(), pod, observed, waiting, health).stream()
                        .map(PodStatusComputer::readyWhenDone)
                        .toList();
        List<ContainerStatus> main = statuses(pod.getSpec().getContainers(), pod, observed, waiting, health);
        String phase = PodPhase.of(pod, init, main);
        String ip = Boolean.TRUE.equals(pod.getSpec().getHostNetwork())
                ? hostIp
                : observed.readySandbox().map(ObservedSandbox::ip).orElse("");
        String started = pod.getStatus() == null ? null : pod.getStatus().getStartTime();
        PodStatus before = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
        return new PodStatusBuilder()
                .withPhase(phase)
                .withConditions(conditions(pod, observed, init, main, phase, now))
                .withHostIP(hostIp)
                .withHostIPs(new HostIP(hostIp))
                .withPodIP(ip.isEmpty() ? null : ip)
                .withPodIPs(ip.isEmpty() ? List.of() : List.of(new PodIP(ip)))
                .withStartTime(
                        started == null ? now.truncatedTo(ChronoUnit.SECONDS).toString() : started)
                .withInitContainerStatuses(init)
                .withContainerStatuses(main)
                .withQosClass(before.getQosClass())
                .build();
    }

    private List<ContainerStatus> statuses(
            List<Container> containers, Pod pod, ObservedPod observed, Map<String, Waiting> waiting, Health health) {
        boolean initializing = !pod.getSpec().getInitContainers().isEmpty();
        List<ContainerStatus> statuses = new ArrayList<>();
        for (Container container : containers) {
            Waiting why = waiting.getOrDefault(
                    container.getName(), new Waiting(initializing ? "PodInitializing" : "ContainerCreating", null));
            boolean explicit = waiting.containsKey(container.getName());
            statuses.add(status(container, observed, why, explicit, health));
        }
        return statuses;
    }

    private ContainerStatus status(
            Container container, ObservedPod observed, Waiting why, boolean explicit, Health health) {
        Optional<ObservedContainer> latest = observed.latest(container.getName());
        ContainerStatusBuilder status = new ContainerStatusBuilder()
                .withName(container.getName())
                .withImage(container.getImage())
                .withImageID("")
                .withRestartCount(0)
                .withReady(false)
                .withStarted(false);
        if (latest.isEmpty()) {
            return status.withState(waiting(why)).build();
        }
        ObservedContainer last = latest.get();
        boolean waits = explicit && !last.isRunning();
        Optional<ObservedContainer> ended = waits && last.hasExited() ? latest : observed.previous(container.getName());
        status.withImageID(last.imageId())
                .withContainerID(runtimeName + "://" + last.id())
                .withRestartCount(last.restartCount())
                .withReady(health.ready(last))
                .withStarted(health.started(last))
                .withState(waits ? waiting(why) : state(last))
                .withLastState(ended.map(this::state).orElse(null));
        return status.build();
    }

    /** An init container has served its purpose when it succeeded, not while it runs; a sidecar never succeeds. */
    private static ContainerStatus readyWhenDone(ContainerStatus status) {
        var ended = status.getState().getTerminated();
        boolean done = ended != null && ended.getExitCode() == 0;
        return done ? new ContainerStatusBuilder(status).withReady(true).build() : status;
    }

    private static ContainerState waiting(Waiting why) {
        return new ContainerStateBuilder()
                .withNewWaiting(why.message(), why.reason())
                .build();
    }

    private ContainerState state(ObservedContainer container) {
        return switch (container.state()) {
            case RUNNING ->
                new ContainerStateBuilder()
                        .withNewRunning(time(container.startedAt()))
                        .build();
            case EXITED -> terminated(container, container.exitCode(), reason(container));
            case CREATED -> waiting(new Waiting("ContainerCreating", null));
            case UNKNOWN -> terminated(container, 137, "ContainerStatusUnknown");
        };
    }

    private ContainerState terminated(ObservedContainer container, int exitCode, String reason) {
        String message = terminationMessages.apply(container);
        return new ContainerStateBuilder()
                .withNewTerminated()
                .withContainerID(runtimeName + "://" + container.id())
                .withExitCode(exitCode)
                .withReason(reason)
                .withMessage(message.isEmpty() ? (container.message().isEmpty() ? null : container.message()) : message)
                .withStartedAt(time(container.startedAt()))
                .withFinishedAt(time(container.finishedAt()))
                .endTerminated()
                .build();
    }

    private static String reason(ObservedContainer container) {
        if (!container.reason().isEmpty()) {
            return container.reason();
        }
        return container.exitCode() == 0 ? "Completed" : "Error";
    }

    private static List<PodCondition> conditions(
            Pod pod,
            ObservedPod observed,
            List<ContainerStatus> init,
            List<ContainerStatus> main,
            String phase,
            Instant now) {
        Conditions conditions = new Conditions(pod, now);
        boolean ended = phase.equals("Succeeded") || phase.equals("Failed");
        String completed = phase.equals("Succeeded") ? "PodCompleted" : null;
        conditions.put("PodReadyToStartContainers", observed.readySandbox().isPresent(), null, null);
        List<String> uninitialized = names(init, s -> !isInitialized(s));
        conditions.put(
                "Initialized",
                uninitialized.isEmpty(),
                uninitialized.isEmpty() ? completed : "ContainersNotInitialized",
                uninitialized.isEmpty() ? null : "containers with incomplete status: " + list(uninitialized));
        List<String> unready = names(main, s -> !Boolean.TRUE.equals(s.getReady()));
        boolean ready = unready.isEmpty() && uninitialized.isEmpty() && !ended;
        String reason = ready ? null : ended ? (completed == null ? "PodFailed" : completed) : "ContainersNotReady";
        String message = ready || ended ? null : "containers with unready status: " + list(unready);
        conditions.put("Ready", ready, reason, message);
        conditions.put("ContainersReady", ready, reason, message);
        conditions.keep("PodScheduled");
        return conditions.list();
    }

    private static boolean isInitialized(ContainerStatus status) {
        if (Boolean.TRUE.equals(status.getReady())) {
            return true;
        }
        var terminated = status.getState().getTerminated();
        return terminated != null && terminated.getExitCode() == 0;
    }

    private static List<String> names(
            List<ContainerStatus> statuses, java.util.function.Predicate<ContainerStatus> which) {
        return statuses.stream().filter(which).map(ContainerStatus::getName).toList();
    }

    /** As Go prints a list. */
    private static String list(List<String> names) {
        return "[" + String.join(" ", names) + "]";
    }

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Conditions whose transition time changes only with their status. */
    private static final class Conditions {
        private final Pod pod;
        private final Instant now;
        private final List<PodCondition> conditions = new ArrayList<>();

        Conditions(Pod pod, Instant now) {
            this.pod = pod;
            this.now = now;
        }

        void put(String type, boolean holds, String reason, String message) {
            String status = holds ? "True" : "False";
            Optional<PodCondition> before = before(type);
            boolean same =
                    before.filter(b -> Objects.equals(b.getStatus(), status)).isPresent();
            conditions.add(new PodConditionBuilder()
                    .withType(type)
                    .withStatus(status)
                    .withReason(reason)
                    .withMessage(message)
                    .withLastTransitionTime(same ? before.get().getLastTransitionTime() : time(now))
                    .build());
        }

        void keep(String type) {
            before(type).ifPresent(conditions::add);
        }

        List<PodCondition> list() {
            return conditions;
        }

        private Optional<PodCondition> before(String type) {
            return pod.getStatus() == null
                    ? Optional.empty()
                    : pod.getStatus().getConditions().stream()
                            .filter(c -> c.getType().equals(type))
                            .findFirst();
        }
    }
}
