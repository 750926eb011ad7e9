package io.lembos.runtime.oci;

import io.lembos.runtime.cri.v1.PodIP;
import io.lembos.runtime.cri.v1.PodSandbox;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.cri.v1.PodSandboxFilter;
import io.lembos.runtime.cri.v1.PodSandboxState;
import io.lembos.runtime.cri.v1.PodSandboxStatus;
import io.lembos.runtime.cri.v1.RunPodSandboxRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/** A sandbox as CRI shows it, from its folder and the process table. */
final class SandboxViews {
    private SandboxViews() {}

    static PodSandboxStatus status(StateFolder folder, SandboxState state) throws IOException {
        PodSandboxConfig config = sandboxConfig(folder);
        PodSandboxStatus.Builder status = PodSandboxStatus.newBuilder()
                .setId(folder.id())
                .setMetadata(config.getMetadata())
                .setState(state(state))
                .setCreatedAt(state.createdAt())
                .putAllLabels(config.getLabelsMap())
                .putAllAnnotations(config.getAnnotationsMap());
        if (!state.addresses().isEmpty()) {
            status.getNetworkBuilder().setIp(state.addresses().get(0));
            state.addresses().stream()
                    .skip(1)
                    .forEach(ip -> status.getNetworkBuilder()
                            .addAdditionalIps(PodIP.newBuilder().setIp(ip)));
        }
        status.getLinuxBuilder().getNamespacesBuilder().setOptions(Sandboxes.namespaces(config));
        return status.build();
    }

    private static PodSandboxState state(SandboxState state) {
        return !state.stopped() && state.pause().lives()
                ? PodSandboxState.SANDBOX_READY
                : PodSandboxState.SANDBOX_NOTREADY;
    }

    private static PodSandboxConfig sandboxConfig(StateFolder folder) throws IOException {
        return RunPodSandboxRequest.parseFrom(folder.request()).getConfig();
    }

    /** Empty if it is being removed at this moment. */
    static Optional<PodSandbox> listedIfThere(StateFolder folder, SandboxState state) {
        try {
            return Optional.of(listed(folder, state));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static PodSandbox listed(StateFolder folder, SandboxState state) throws IOException {
        PodSandboxConfig config = sandboxConfig(folder);
        return PodSandbox.newBuilder()
                .setId(folder.id())
                .setMetadata(config.getMetadata())
                .setState(state(state))
                .setCreatedAt(state.createdAt())
                .putAllLabels(config.getLabelsMap())
                .putAllAnnotations(config.getAnnotationsMap())
                .build();
    }

    static boolean matches(PodSandboxFilter filter, PodSandbox sandbox) {
        return (filter.getId().isEmpty() || sandbox.getId().startsWith(filter.getId()))
                && (!filter.hasState()
                        || sandbox.getState() == filter.getState().getState())
                && sandbox.getLabelsMap()
                        .entrySet()
                        .containsAll(filter.getLabelSelectorMap().entrySet());
    }
}
