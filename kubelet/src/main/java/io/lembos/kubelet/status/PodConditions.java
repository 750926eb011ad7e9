package io.lembos.kubelet.status;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodReadinessGate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A pod's conditions from those of its containers and from what others have said of it; the time of a transition changes
 * only with the condition's status. Pure; follows kubelet's {@code pkg/kubelet/status/generate.go}.
 */
final class PodConditions {
    private final Pod pod;
    private final Instant now;
    private final List<PodCondition> conditions = new ArrayList<>();

    private PodConditions(Pod pod, Instant now) {
        this.pod = pod;
        this.now = now;
    }

    /** What is said under a condition's name. */
    private record Verdict(boolean holds, String reason, String message) {
        static final Verdict HOLDS = new Verdict(true, null, null);

        static Verdict not(String reason, String message) {
            return new Verdict(false, reason, message);
        }
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
        List<String> uninitialized = conditions.uninitialized(init, main);
        Verdict containers = conditions.containersReady(init, main, phase, !uninitialized.isEmpty());
        conditions.put("PodReadyToStartContainers", new Verdict(hasSandbox, null, null));
        conditions.put("Initialized", initialized(uninitialized, phase));
        conditions.put("Ready", containers.holds() ? conditions.gates() : containers);
        conditions.put("ContainersReady", containers);
        conditions
                .before("PodScheduled")
                .ifPresentOrElse(conditions.conditions::add, () -> conditions.put("PodScheduled", Verdict.HOLDS));
        return conditions.conditions;
    }

    private static Verdict initialized(List<String> uninitialized, String phase) {
        if (!uninitialized.isEmpty()) {
            return Verdict.not("ContainersNotInitialized", "containers with incomplete status: " + list(uninitialized));
        }
        return phase.equals(PodPhase.SUCCEEDED) ? new Verdict(true, "PodCompleted", null) : Verdict.HOLDS;
    }

    private Verdict containersReady(
            List<ContainerStatus> init, List<ContainerStatus> main, String phase, boolean initializing) {
        if (PodPhase.isFinal(phase)) {
            return Verdict.not(phase.equals(PodPhase.SUCCEEDED) ? "PodCompleted" : "PodFailed", null);
        }
        List<ContainerStatus> serving = new ArrayList<>(Sidecars.pick(pod, init, true));
        serving.addAll(main);
        List<String> unready = names(serving, s -> !Boolean.TRUE.equals(s.getReady()));
        return unready.isEmpty() && !initializing
                ? Verdict.HOLDS
                : Verdict.not("ContainersNotReady", "containers with unready status: " + list(unready));
    }

    /** What others have to say before the pod is ready, each by a condition of its own. */
    private Verdict gates() {
        List<String> closed = new ArrayList<>();
        for (PodReadinessGate gate : pod.getSpec().getReadinessGates()) {
            String type = gate.getConditionType();
            Optional<PodCondition> condition = before(type);
            if (condition.isEmpty()) {
                closed.add("corresponding condition of pod readiness gate \"" + type + "\" does not exist.");
            } else if (!"True".equals(condition.get().getStatus())) {
                closed.add("the status of pod readiness gate \"" + type + "\" is not \"True\", but "
                        + condition.get().getStatus());
            }
        }
        return closed.isEmpty() ? Verdict.HOLDS : Verdict.not("ReadinessGatesNotReady", String.join(", ", closed));
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

    private void put(String type, Verdict verdict) {
        String status = verdict.holds() ? "True" : "False";
        Optional<PodCondition> before = before(type);
        boolean same = before.filter(b -> Objects.equals(b.getStatus(), status)).isPresent();
        conditions.add(new PodConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(verdict.reason())
                .withMessage(verdict.message())
                .withObservedGeneration(pod.getMetadata().getGeneration())
                .withLastTransitionTime(
                        same
                                ? before.get().getLastTransitionTime()
                                : now.truncatedTo(ChronoUnit.SECONDS).toString())
                .build());
    }

    private Optional<PodCondition> before(String type) {
        return find(pod, type);
    }

    static Optional<PodCondition> find(Pod pod, String type) {
        return pod.getStatus() == null
                ? Optional.empty()
                : pod.getStatus().getConditions().stream()
                        .filter(c -> c.getType().equals(type))
                        .findFirst();
    }
}
