package io.lembos.kubelet.status;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** A pod's conditions from those of its containers; the time of a transition changes only with the condition's status. */
final class PodConditions {
    private final Pod pod;
    private final Instant now;
    private final List<PodCondition> conditions = new ArrayList<>();

    private PodConditions(Pod pod, Instant now) {
        this.pod = pod;
        this.now = now;
    }

    /** @param hasSandbox whether containers could start */
    static List<PodCondition> of(
            Pod pod,
            boolean hasSandbox,
            List<ContainerStatus> init,
            List<ContainerStatus> main,
            String phase,
            Instant now) {
        PodConditions conditions = new PodConditions(pod, now);
        conditions.compute(hasSandbox, init, main, phase);
        return conditions.conditions;
    }

    private void compute(boolean hasSandbox, List<ContainerStatus> init, List<ContainerStatus> main, String phase) {
        boolean ended = phase.equals("Succeeded") || phase.equals("Failed");
        String completed = phase.equals("Succeeded") ? "PodCompleted" : null;
        put("PodReadyToStartContainers", hasSandbox, null, null);
        List<String> uninitialized = uninitialized(init, main);
        put(
                "Initialized",
                uninitialized.isEmpty(),
                uninitialized.isEmpty() ? completed : "ContainersNotInitialized",
                uninitialized.isEmpty() ? null : "containers with incomplete status: " + list(uninitialized));
        List<ContainerStatus> serving = new ArrayList<>(Sidecars.pick(pod, init, true));
        serving.addAll(main);
        List<String> unready = names(serving, s -> !Boolean.TRUE.equals(s.getReady()));
        boolean ready = unready.isEmpty() && uninitialized.isEmpty() && !ended;
        String reason = ready ? null : ended ? (completed == null ? "PodFailed" : completed) : "ContainersNotReady";
        String message = ready || ended ? null : "containers with unready status: " + list(unready);
        put("Ready", ready, reason, message);
        put("ContainersReady", ready, reason, message);
        before("PodScheduled").ifPresent(conditions::add);
    }

    private List<String> uninitialized(List<ContainerStatus> init, List<ContainerStatus> main) {
        if (main.stream().anyMatch(s -> s.getContainerID() != null)) {
            return List.of();
        }
        Set<String> sidecars = Sidecars.names(pod);
        return names(init, s -> sidecars.contains(s.getName()) ? !Boolean.TRUE.equals(s.getStarted()) : !isDone(s));
    }

    private static boolean isDone(ContainerStatus status) {
        var terminated = status.getState().getTerminated();
        return Boolean.TRUE.equals(status.getReady()) || terminated != null && terminated.getExitCode() == 0;
    }

    private static List<String> names(List<ContainerStatus> statuses, Predicate<ContainerStatus> which) {
        return statuses.stream().filter(which).map(ContainerStatus::getName).toList();
    }

    /** As Go prints a list. */
    private static String list(List<String> names) {
        return "[" + String.join(" ", names) + "]";
    }

    private void put(String type, boolean holds, String reason, String message) {
        String status = holds ? "True" : "False";
        Optional<PodCondition> before = before(type);
        boolean same = before.filter(b -> Objects.equals(b.getStatus(), status)).isPresent();
        conditions.add(new PodConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(
                        same
                                ? before.get().getLastTransitionTime()
                                : now.truncatedTo(ChronoUnit.SECONDS).toString())
                .build());
    }

    private Optional<PodCondition> before(String type) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getConditions().stream()
                        .filter(c -> c.getType().equals(type))
                        .findFirst();
    }
}
