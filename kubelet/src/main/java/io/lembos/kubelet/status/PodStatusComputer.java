package io.lembos.kubelet.status;

import io.fabric8.kubernetes.api.model.ContainerStatus;
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
import java.util.Optional;
import java.util.function.BiFunction;

/** A pod's status from its spec, its last status and what the runtime reports; follows Kubernetes' kubelet. Pure. */
public final class PodStatusComputer {
    private static final String DISRUPTION = "DisruptionTarget";

    private final String runtimeName;
    private final String hostIp;
    private final BiFunction<Pod, ObservedContainer, String> terminationMessages;

    /**
     * @param runtimeName prefix of container ids, for example {@code containerd}
     * @param terminationMessages what an ended container left behind
     */
    public PodStatusComputer(
            String runtimeName, String hostIp, BiFunction<Pod, ObservedContainer, String> terminationMessages) {
        this.runtimeName = runtimeName;
        this.hostIp = hostIp;
        this.terminationMessages = terminationMessages;
    }

    /** Of a pod that nobody ends. */
    public PodStatus compute(Pod pod, ObservedPod observed, Map<String, Waiting> waiting, Health health, Instant now) {
        return compute(pod, observed, waiting, health, Optional.empty(), now);
    }

    /**
     * @param waiting why containers do not run, by their name
     * @param health what probes found out about those that run
     * @param end why the node ends the pod, if it does
     */
    public PodStatus compute(
            Pod pod,
            ObservedPod observed,
            Map<String, Waiting> waiting,
            Health health,
            Optional<Termination> end,
            Instant now) {
        ContainerStatuses containers =
                new ContainerStatuses(runtimeName, terminationMessages, pod, observed, waiting, health);
        List<ContainerStatus> init = containers.init();
        List<ContainerStatus> main = containers.main();
        PodStatus before = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
        String computed = PodPhase.of(pod, Sidecars.pick(pod, init, false), main);
        boolean late = PodPhase.isFinal(computed) ? Deadline.wasOver(pod, main) : Deadline.isOver(pod, now);
        Phase phase = phase(before, computed, late, end);
        List<PodCondition> conditions = new ArrayList<>(
                PodConditions.of(pod, observed.readySandbox().isPresent(), init, main, phase.name(), now));
        end.filter(Termination::disrupts).ifPresent(e -> conditions.add(disruption(pod, e, now)));
        String ip = Boolean.TRUE.equals(pod.getSpec().getHostNetwork())
                ? hostIp
                : observed.readySandbox().map(ObservedSandbox::ip).orElse("");
        String started = before.getStartTime();
        return new PodStatusBuilder()
                .withObservedGeneration(pod.getMetadata().getGeneration())
                .withPhase(phase.name())
                .withReason(phase.reason())
                .withMessage(phase.message())
                .withConditions(conditions)
                .withHostIP(hostIp)
                .withHostIPs(new HostIP(hostIp))
                .withPodIP(ip.isEmpty() ? null : ip)
                .withPodIPs(ip.isEmpty() ? List.of() : List.of(new PodIP(ip)))
                .withStartTime(
                        started == null ? now.truncatedTo(ChronoUnit.SECONDS).toString() : started)
                .withInitContainerStatuses(init)
                .withContainerStatuses(main)
                .withEphemeralContainerStatuses(containers.ephemeral())
                .withQosClass(before.getQosClass())
                .build();
    }

    private record Phase(String name, String reason, String message) {}

    /** A pod that is over stays so, whatever becomes of its containers; one that is too old is over. */
    private static Phase phase(PodStatus before, String computed, boolean late, Optional<Termination> end) {
        if (PodPhase.isFinal(before.getPhase())) {
            return new Phase(before.getPhase(), before.getReason(), before.getMessage());
        }
        if (end.isPresent()) {
            return new Phase(PodPhase.FAILED, end.get().reason(), end.get().message());
        }
        return late ? new Phase(PodPhase.FAILED, Deadline.REASON, Deadline.MESSAGE) : new Phase(computed, null, null);
    }

    /** The status of a pod whose work is done while its sidecars still end: not ready, and in the phase that it was in. */
    public static PodStatus notYetOver(Pod pod, PodStatus over) {
        String before = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return new PodStatusBuilder(over)
                .withPhase(before == null ? PodPhase.PENDING : before)
                .withReason(null)
                .withMessage(null)
                .withConditions(over.getConditions().stream()
                        .filter(c -> !c.getType().equals(DISRUPTION))
                        .toList())
                .build();
    }

    private static PodCondition disruption(Pod pod, Termination end, Instant now) {
        return new PodConditionBuilder()
                .withType(DISRUPTION)
                .withStatus("True")
                .withReason("TerminationByKubelet")
                .withMessage(end.message())
                .withObservedGeneration(pod.getMetadata().getGeneration())
                .withLastTransitionTime(PodConditions.find(pod, DISRUPTION)
                        .filter(c -> "True".equals(c.getStatus()))
                        .map(PodCondition::getLastTransitionTime)
                        .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString()))
                .build();
    }
}
