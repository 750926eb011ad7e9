package io.lembos.dashboard.rows;

import static io.lembos.dashboard.rows.Row.orEmpty;
import static io.lembos.dashboard.rows.Row.orZero;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;

/**
 * The STATUS, READY and RESTARTS columns of {@code kubectl get pods}, rule by rule as the API server's table printer has
 * them ({@code pkg/printers/internalversion}, {@code printPod}). One object serves one pod and is then thrown away.
 */
final class PodStatus {
    private final Pod pod;
    private final List<Container> initContainers;
    private String text;
    private String message = "";
    private int ready;
    private int total;
    private int restarts;
    private String lastRestart = "";
    private boolean initializing;

    private PodStatus(Pod pod) {
        this.pod = pod;
        this.initContainers = list(pod.getSpec().getInitContainers());
    }

    static PodStatus of(Pod pod) {
        PodStatus status = new PodStatus(pod);
        status.read();
        return status;
    }

    String text() {
        return text;
    }

    /** Why, in a sentence: of the container that {@link #text} speaks of, or of the scheduler. */
    String message() {
        return message;
    }

    String ready() {
        return ready + "/" + total;
    }

    int restarts() {
        return restarts;
    }

    /** RFC 3339, empty if nothing was restarted. */
    String lastRestart() {
        return lastRestart;
    }

    private void read() {
        startFromPhase();
        total = list(pod.getSpec().getContainers()).size()
                + (int) initContainers.stream().filter(PodStatus::isSidecar).count();
        readInitContainers();
        if (!initializing || hasCondition("Initialized")) {
            readContainers();
        }
        if (pod.getMetadata().getDeletionTimestamp() != null) {
            endWithDeletion();
        }
    }

    private void startFromPhase() {
        text = orEmpty(pod.getStatus().getPhase());
        message = orEmpty(pod.getStatus().getMessage());
        if (!orEmpty(pod.getStatus().getReason()).isEmpty()) {
            text = pod.getStatus().getReason();
        }
        list(pod.getStatus().getConditions()).stream()
                .filter(c -> "PodScheduled".equals(c.getType()) && "False".equals(c.getStatus()))
                .forEach(c -> {
                    message = orEmpty(c.getMessage());
                    text = "SchedulingGated".equals(c.getReason()) ? "SchedulingGated" : text;
                });
    }

    private void readInitContainers() {
        List<ContainerStatus> statuses = list(pod.getStatus().getInitContainerStatuses());
        for (int i = 0; i < statuses.size() && !initializing; i++) {
            ContainerStatus status = statuses.get(i);
            countRestarts(status);
            boolean sidecar =
                    initContainers.stream().anyMatch(c -> c.getName().equals(status.getName()) && isSidecar(c));
            if (sidecar && Boolean.TRUE.equals(status.getStarted())) {
                ready += Boolean.TRUE.equals(status.getReady()) ? 1 : 0;
            } else if (!isDone(status)) {
                initializing = true;
                text = "Init:" + initText(state(status), i);
            }
        }
    }

    private String initText(ContainerState state, int index) {
        if (state.getTerminated() != null) {
            message = orEmpty(state.getTerminated().getMessage());
            return terminatedText(state.getTerminated());
        }
        String waiting = waitingReason(state);
        if (!waiting.isEmpty() && !waiting.equals("PodInitializing")) {
            message = orEmpty(state.getWaiting().getMessage());
            return waiting;
        }
        return index + "/" + initContainers.size();
    }

    private void readContainers() {
        recountSidecars();
        boolean running = false;
        for (ContainerStatus status :
                list(pod.getStatus().getContainerStatuses()).reversed()) {
            countRestarts(status);
            ContainerState state = state(status);
            if (!waitingReason(state).isEmpty()) {
                text = waitingReason(state);
                message = orEmpty(state.getWaiting().getMessage());
            } else if (state.getTerminated() != null) {
                text = terminatedText(state.getTerminated());
                message = orEmpty(state.getTerminated().getMessage());
            } else if (Boolean.TRUE.equals(status.getReady()) && state.getRunning() != null) {
                running = true;
                ready++;
            }
        }
        if (text.equals("Completed") && running) {
            text = hasCondition("Ready") ? "Running" : "NotReady";
        }
    }

    /** Once initialized, restarts of init containers no longer count, except those of sidecars. */
    private void recountSidecars() {
        restarts = 0;
        lastRestart = "";
        List<String> sidecars = initContainers.stream()
                .filter(PodStatus::isSidecar)
                .map(Container::getName)
                .toList();
        list(pod.getStatus().getInitContainerStatuses()).stream()
                .filter(s -> sidecars.contains(s.getName()))
                .forEach(this::countRestarts);
    }

    private void endWithDeletion() {
        String phase = orEmpty(pod.getStatus().getPhase());
        if ("NodeLost".equals(pod.getStatus().getReason())) {
            text = "Unknown";
        } else if (!phase.equals("Succeeded") && !phase.equals("Failed")) {
            text = "Terminating";
        }
    }

    private void countRestarts(ContainerStatus status) {
        restarts += orZero(status.getRestartCount());
        ContainerState last = status.getLastState();
        String ended = last == null || last.getTerminated() == null
                ? ""
                : orEmpty(last.getTerminated().getFinishedAt());
        lastRestart = ended.compareTo(lastRestart) > 0 ? ended : lastRestart;
    }

    private boolean hasCondition(String type) {
        return list(pod.getStatus().getConditions()).stream()
                .anyMatch(c -> type.equals(c.getType()) && "True".equals(c.getStatus()));
    }

    private static boolean isDone(ContainerStatus status) {
        ContainerStateTerminated end = state(status).getTerminated();
        return end != null && orZero(end.getExitCode()) == 0;
    }

    private static String terminatedText(ContainerStateTerminated end) {
        if (!orEmpty(end.getReason()).isEmpty()) {
            return end.getReason();
        }
        return orZero(end.getSignal()) != 0 ? "Signal:" + end.getSignal() : "ExitCode:" + orZero(end.getExitCode());
    }

    private static String waitingReason(ContainerState state) {
        return state.getWaiting() == null ? "" : orEmpty(state.getWaiting().getReason());
    }

    private static ContainerState state(ContainerStatus status) {
        return status.getState() == null ? new ContainerState() : status.getState();
    }

    private static boolean isSidecar(Container container) {
        return "Always".equals(container.getRestartPolicy());
    }

    private static <T> List<T> list(List<T> list) {
        return list == null ? List.of() : list;
    }
}
