package io.lembos.kubelet.status;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeMountStatus;
import io.fabric8.kubernetes.api.model.VolumeMountStatusBuilder;
import io.lembos.kubelet.container.EphemeralContainers;
import io.lembos.kubelet.container.ObservedContainer;
import io.lembos.kubelet.container.ObservedPod;
import io.lembos.kubelet.probes.Health;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/**
 * What is said of each container of one pod. Pure.
 *
 * @param runtimeName prefix of container ids
 * @param messages what an ended container left behind
 * @param waiting why containers do not run, by their name
 */
record ContainerStatuses(
        String runtimeName,
        BiFunction<Pod, ObservedContainer, String> messages,
        Pod pod,
        ObservedPod observed,
        Map<String, Waiting> waiting,
        Health health) {

    private static final int KILLED = 137;
    private static final String UNKNOWN = "ContainerStatusUnknown";

    List<ContainerStatus> main() {
        return statuses(pod.getSpec().getContainers(), health);
    }

    /** An init container is ready when it has succeeded, not while it runs; a sidecar is ready as others are. */
    List<ContainerStatus> init() {
        return statuses(pod.getSpec().getInitContainers(), health).stream()
                .map(s -> Sidecars.names(pod).contains(s.getName()) ? s : readyWhenDone(s))
                .toList();
    }

    /** Nobody waits for these to be ready. */
    List<ContainerStatus> ephemeral() {
        return statuses(EphemeralContainers.of(pod), Health.UNASKED).stream()
                .map(s -> new ContainerStatusBuilder(s)
                        .withReady(false)
                        .withStarted(null)
                        .build())
                .toList();
    }

    private List<ContainerStatus> statuses(List<Container> containers, Health asked) {
        return containers.stream().map(c -> status(c, asked)).toList();
    }

    private ContainerStatus status(Container container, Health asked) {
        boolean initializing = !pod.getSpec().getInitContainers().isEmpty();
        Waiting why = waiting.getOrDefault(
                container.getName(), new Waiting(initializing ? "PodInitializing" : "ContainerCreating", null));
        Optional<ObservedContainer> latest = observed.latest(container.getName());
        ContainerStatusBuilder status = new ContainerStatusBuilder()
                .withName(container.getName())
                .withImage(container.getImage())
                .withImageID("")
                .withRestartCount(0)
                .withReady(false)
                .withStarted(false)
                .withVolumeMounts(mounts(container));
        if (latest.isEmpty()) {
            Optional<ContainerStatus> told = known(container.getName());
            return told.isPresent() && isOver()
                    ? told.get()
                    : told.map(old -> unlocated(old, status))
                            .orElse(status)
                            .withState(state(why))
                            .build();
        }
        ObservedContainer last = latest.get();
        boolean waits = waiting.containsKey(container.getName()) && !last.isRunning();
        Optional<ObservedContainer> ended = waits && last.hasExited() ? latest : observed.previous(container.getName());
        return status.withImageID(last.imageId())
                .withContainerID(runtimeName + "://" + last.id())
                .withRestartCount(last.restartCount())
                .withUser(last.process().user())
                .withStopSignal(last.process().stopSignal())
                .withReady(asked.ready(last))
                .withStarted(asked.started(last))
                .withState(waits ? state(why) : state(last))
                .withLastState(ended.map(this::state).orElse(null))
                .build();
    }

    /** How a container began that the runtime does not have; one that ran when last heard of must have ended since. */
    private ContainerStatusBuilder unlocated(ContainerStatus old, ContainerStatusBuilder status) {
        boolean ran = old.getState() != null && old.getState().getRunning() != null;
        boolean restarts = ran && pod.getMetadata().getDeletionTimestamp() == null;
        status.withRestartCount(old.getRestartCount() + (restarts ? 1 : 0));
        if (!ran) {
            return status.withLastState(old.getLastState());
        }
        return status.withNewLastState()
                .withNewTerminated()
                .withExitCode(KILLED)
                .withReason(UNKNOWN)
                .withMessage("The container could not be located when the pod was deleted."
                        + "  The container used to be Running")
                .endTerminated()
                .endLastState();
    }

    /** The runtime knows no names of volumes, so that this is what was asked of it. */
    private static List<VolumeMountStatus> mounts(Container container) {
        return container.getVolumeMounts().stream()
                .map(m -> {
                    boolean readOnly = Boolean.TRUE.equals(m.getReadOnly());
                    return new VolumeMountStatusBuilder()
                            .withName(m.getName())
                            .withMountPath(m.getMountPath())
                            .withReadOnly(readOnly ? true : null)
                            .withRecursiveReadOnly(readOnly ? "Disabled" : null)
                            .build();
                })
                .toList();
    }

    private boolean isOver() {
        return pod.getStatus() != null && PodPhase.isFinal(pod.getStatus().getPhase());
    }

    /** What was said of a container that the runtime has forgotten. */
    private Optional<ContainerStatus> known(String name) {
        if (pod.getStatus() == null) {
            return Optional.empty();
        }
        return Stream.of(
                        pod.getStatus().getContainerStatuses(),
                        pod.getStatus().getInitContainerStatuses(),
                        pod.getStatus().getEphemeralContainerStatuses())
                .flatMap(List::stream)
                .filter(s -> s.getName().equals(name))
                .findFirst();
    }

    private static ContainerStatus readyWhenDone(ContainerStatus status) {
        var ended = status.getState().getTerminated();
        boolean done = ended != null && ended.getExitCode() == 0;
        return done ? new ContainerStatusBuilder(status).withReady(true).build() : status;
    }

    private static ContainerState state(Waiting why) {
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
            case CREATED -> state(new Waiting("ContainerCreating", null));
            case UNKNOWN -> terminated(container, KILLED, UNKNOWN);
        };
    }

    private ContainerState terminated(ObservedContainer container, int exitCode, String reason) {
        String left = messages.apply(pod, container);
        String separator = left.isEmpty() || container.message().isEmpty() ? "" : ": ";
        String message = container.message() + separator + left;
        return new ContainerStateBuilder()
                .withNewTerminated()
                .withContainerID(runtimeName + "://" + container.id())
                .withExitCode(exitCode)
                .withReason(reason)
                .withMessage(message.isEmpty() ? null : message)
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

    private static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
