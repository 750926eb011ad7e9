package io.lembos.kubelet.probes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.events.EventRecorder;
import io.lembos.api.time.Clock;
import io.lembos.kubelet.container.ObservedContainer;
import io.lembos.kubelet.container.ObservedPod;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/**
 * The probes of one pod's containers: begun when a container runs, stopped when it no longer does. Synced by the pod's
 * worker; may be asked by any thread.
 */
public final class PodProbes implements Health, AutoCloseable {
    private static final int OUTPUT_MAX = 10 * 1024;

    private final Prober prober;
    private final EventRecorder events;
    private final Clock clock;
    private final Executor executor;
    private final Runnable onChange;
    private final Map<String, ContainerProbes> byContainer = new ConcurrentHashMap<>();

    /**
     * @param executor where attempts, which block, run
     * @param onChange told when what is held of a container is another
     */
    public PodProbes(Prober prober, EventRecorder events, Clock clock, Executor executor, Runnable onChange) {
        this.prober = prober;
        this.events = events;
        this.clock = clock;
        this.executor = executor;
        this.onChange = onChange;
    }

    /** Begins and stops probes as containers have come and gone. */
    public void sync(Pod pod, ObservedPod observed) {
        Set<String> running = new HashSet<>();
        for (ObservedContainer container : observed.running()) {
            running.add(container.id());
            probed(pod, container.name())
                    .ifPresent(spec -> byContainer.computeIfAbsent(container.id(), id -> {
                        ContainerProbes probes = probes(pod, spec, container, observed);
                        probes.start();
                        return probes;
                    }));
        }
        byContainer.forEach((id, probes) -> {
            if (!running.contains(id)) {
                probes.stop();
                byContainer.remove(id);
            }
        });
    }

    /** The pod ends: from now on no probe kills. */
    public void stopKilling() {
        byContainer.values().forEach(ContainerProbes::stopKilling);
    }

    @Override
    public void close() {
        byContainer.values().forEach(ContainerProbes::stop);
        byContainer.clear();
    }

    @Override
    public boolean started(ObservedContainer container) {
        ContainerProbes probes = byContainer.get(container.id());
        return container.isRunning() && (probes == null || probes.started());
    }

    @Override
    public boolean ready(ObservedContainer container) {
        ContainerProbes probes = byContainer.get(container.id());
        return container.isRunning() && (probes == null || probes.ready());
    }

    @Override
    public Optional<ProbeKind> failed(ObservedContainer container) {
        ContainerProbes probes = byContainer.get(container.id());
        return probes == null || !container.isRunning() ? Optional.empty() : probes.failed();
    }

    private ContainerProbes probes(Pod pod, Container spec, ObservedContainer container, ObservedPod observed) {
        String ip = observed.readySandbox().map(s -> s.ip()).orElse("");
        return new ContainerProbes(
                spec,
                container,
                known(pod, container),
                clock,
                executor,
                (kind, probe) -> prober.probe(spec, container.id(), ip, probe),
                (kind, outcome) -> tell(pod, spec, kind, outcome),
                onChange);
    }

    private void tell(Pod pod, Container container, ProbeKind kind, Outcome outcome) {
        String text =
                outcome.output().length() > OUTPUT_MAX ? outcome.output().substring(0, OUTPUT_MAX) : outcome.output();
        switch (outcome.result()) {
            case SUCCESS -> {}
            case WARNING -> warn(pod, container, "ProbeWarning", kind.title() + " probe warning: " + text);
            case FAILURE -> warn(pod, container, "Unhealthy", kind.title() + " probe failed: " + text);
            case ERROR ->
                warn(
                        pod,
                        container,
                        "Unhealthy",
                        kind.title() + " probe errored and resulted in unknown state: " + text);
        }
    }

    private void warn(Pod pod, Container container, String reason, String message) {
        events.record(pod, "spec.containers{" + container.getName() + "}", "Warning", reason, message);
    }

    /** The container of this name if it has probes. */
    private static Optional<Container> probed(Pod pod, String name) {
        return Stream.concat(
                        pod.getSpec().getContainers().stream(),
                        pod.getSpec().getInitContainers().stream().filter(c -> "Always".equals(c.getRestartPolicy())))
                .filter(c -> c.getName().equals(name) && hasProbe(c))
                .findFirst();
    }

    private static boolean hasProbe(Container container) {
        return Stream.of(ProbeKind.values()).anyMatch(k -> k.of(container) != null);
    }

    private static ContainerProbes.Known known(Pod pod, ObservedContainer container) {
        return pod.getStatus() == null
                ? new ContainerProbes.Known(false, false)
                : Stream.concat(
                                pod.getStatus().getContainerStatuses().stream(),
                                pod.getStatus().getInitContainerStatuses().stream())
                        .filter(s -> isOf(s, container))
                        .map(s -> new ContainerProbes.Known(
                                Boolean.TRUE.equals(s.getStarted()), Boolean.TRUE.equals(s.getReady())))
                        .findFirst()
                        .orElse(new ContainerProbes.Known(false, false));
    }

    private static boolean isOf(ContainerStatus status, ObservedContainer container) {
        return status.getContainerID() != null && status.getContainerID().endsWith("://" + container.id());
    }
}
