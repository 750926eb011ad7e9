package io.lembos.runtime.simulated;

import io.lembos.runtime.cri.v1.LinuxPodSandboxStatus;
import io.lembos.runtime.cri.v1.Namespace;
import io.lembos.runtime.cri.v1.NamespaceMode;
import io.lembos.runtime.cri.v1.NamespaceOption;
import io.lembos.runtime.cri.v1.PodSandbox;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.cri.v1.PodSandboxFilter;
import io.lembos.runtime.cri.v1.PodSandboxNetworkStatus;
import io.lembos.runtime.cri.v1.PodSandboxState;
import io.lembos.runtime.cri.v1.PodSandboxStatus;

/** One sandbox; guarded by the runtime's lock. */
final class SimulatedSandbox {

    final String id;
    final PodSandboxConfig config;
    final String runtimeHandler;
    final long createdAtNanos;
    /** Empty in the network of the node. */
    final String ip;

    boolean ready = true;

    SimulatedSandbox(String id, PodSandboxConfig config, String runtimeHandler, long createdAtNanos, String ip) {
        this.id = id;
        this.config = config;
        this.runtimeHandler = runtimeHandler;
        this.createdAtNanos = createdAtNanos;
        this.ip = ip;
    }

    static boolean usesNodeNetwork(PodSandboxConfig config) {
        return namespaces(config).getNetwork() == NamespaceMode.NODE;
    }

    private static NamespaceOption namespaces(PodSandboxConfig config) {
        return config.getLinux().getSecurityContext().getNamespaceOptions();
    }

    boolean matches(PodSandboxFilter filter) {
        return (filter.getId().isEmpty() || id.startsWith(filter.getId()))
                && (!filter.hasState() || filter.getState().getState() == state())
                && config.getLabelsMap()
                        .entrySet()
                        .containsAll(filter.getLabelSelectorMap().entrySet());
    }

    private PodSandboxState state() {
        return ready ? PodSandboxState.SANDBOX_READY : PodSandboxState.SANDBOX_NOTREADY;
    }

    PodSandbox summary() {
        return PodSandbox.newBuilder()
                .setId(id)
                .setMetadata(config.getMetadata())
                .setState(state())
                .setCreatedAt(createdAtNanos)
                .putAllLabels(config.getLabelsMap())
                .putAllAnnotations(config.getAnnotationsMap())
                .setRuntimeHandler(runtimeHandler)
                .build();
    }

    PodSandboxStatus status() {
        return PodSandboxStatus.newBuilder()
                .setId(id)
                .setMetadata(config.getMetadata())
                .setState(state())
                .setCreatedAt(createdAtNanos)
                .setNetwork(PodSandboxNetworkStatus.newBuilder().setIp(ready ? ip : ""))
                .setLinux(LinuxPodSandboxStatus.newBuilder()
                        .setNamespaces(Namespace.newBuilder().setOptions(namespaces(config))))
                .putAllLabels(config.getLabelsMap())
                .putAllAnnotations(config.getAnnotationsMap())
                .setRuntimeHandler(runtimeHandler)
                .build();
    }
}
