package io.lembos.kubelet.status;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.HostIP;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.lembos.kubelet.container.ObservedContainer;
import io.lembos.kubelet.container.ObservedPod;
import io.lembos.kubelet.container.ObservedSandbox;
import io.lembos.kubelet.probes.Health;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** A pod's status from its spec, its last status and what the runtime reports; follows Kubernetes' kubelet. Pure. */
public final class PodStatusComputer {
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

    /**
     * @param waiting why containers do not run, by their name
     * @param health what probes found out about those that run
     */
    public PodStatus compute(Pod pod, ObservedPod observed, Map<String, Waiting> waiting, Health health, Instant now) {
        ContainerStatuses containers =
                new ContainerStatuses(runtimeName, terminationMessages, pod, observed, waiting, health);
        List<ContainerStatus> init = containers.init();
        List<ContainerStatus> main = containers.main();
        PodStatus before = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
        String computed = PodPhase.of(pod, Sidecars.pick(pod, init, false), main);
        boolean late = PodPhase.isFinal(computed) ? Deadline.wasOver(pod, main) : Deadline.isOver(pod, now);
        Phase phase = phase(before, computed, late);
        String ip = Boolean.TRUE.equals(pod.getSpec().getHostNetwork())
                ? hostIp
                : observed.readySandbox().map(ObservedSandbox::ip).orElse("");
        String started = before.getStartTime();
        return new PodStatusBuilder()
                .withObservedGeneration(pod.getMetadata().getGeneration())
                .withPhase(phase.name())
                .withReason(phase.reason())
                .withMessage(phase.message())
                .withConditions(
                        PodConditions.of(pod, observed.readySandbox().isPresent(), init, main, phase.name(), now))
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
    private static Phase phase(PodStatus before, String computed, boolean late) {
        if (PodPhase.isFinal(before.getPhase())) {
            return new Phase(before.getPhase(), before.getReason(), before.getMessage());
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
                .build();
    }
}
