package io.lembos.kubelet.container;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.Sysctl;
import io.lembos.kubelet.KubeletConfig;
import io.lembos.kubelet.cgroups.PodCgroups;
import io.lembos.runtime.cri.v1.DNSConfig;
import io.lembos.runtime.cri.v1.LinuxPodSandboxConfig;
import io.lembos.runtime.cri.v1.LinuxSandboxSecurityContext;
import io.lembos.runtime.cri.v1.NamespaceMode;
import io.lembos.runtime.cri.v1.NamespaceOption;
import io.lembos.runtime.cri.v1.PodSandboxConfig;
import io.lembos.runtime.cri.v1.PodSandboxMetadata;
import io.lembos.runtime.cri.v1.PortMapping;
import io.lembos.runtime.cri.v1.Protocol;
import io.lembos.runtime.cri.v1.SecurityProfile;
import java.util.Map;
import java.util.stream.Collectors;

/** What the runtime is told about a pod's sandbox. Pure. */
public final class SandboxConfigs {
    private SandboxConfigs() {}

    /** @param dns whom the pod's containers ask for names */
    public static PodSandboxConfig of(Pod pod, int attempt, KubeletConfig config, DNSConfig dns) {
        var meta = pod.getMetadata();
        PodSandboxConfig.Builder sandbox = PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName(meta.getName())
                        .setUid(meta.getUid())
                        .setNamespace(meta.getNamespace())
                        .setAttempt(attempt))
                .setLogDirectory(config.logDirectory(meta.getNamespace(), meta.getName(), meta.getUid())
                        .toString())
                .putAllLabels(meta.getLabels() == null ? Map.of() : meta.getLabels())
                .putAllLabels(identity(pod, config))
                .putAllAnnotations(meta.getAnnotations() == null ? Map.of() : meta.getAnnotations())
                .setLinux(LinuxPodSandboxConfig.newBuilder()
                        .setCgroupParent(PodCgroups.path(config.cgroupParent(), pod))
                        .putAllSysctls(sysctls(pod))
                        .setSecurityContext(security(pod)))
                .setDnsConfig(dns);
        if (!Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
            sandbox.setHostname(PodName.of(pod).ofKernel(pod));
        }
        for (Container container : pod.getSpec().getContainers()) {
            container.getPorts().forEach(p -> sandbox.addPortMappings(mapping(p)));
        }
        return sandbox.build();
    }

    /** Labels by which the pod is found again. */
    static Map<String, String> identity(Pod pod, KubeletConfig config) {
        return Map.of(
                Labels.CLUSTER, config.cluster(),
                Labels.POD_NAME, pod.getMetadata().getName(),
                Labels.POD_NAMESPACE, pod.getMetadata().getNamespace(),
                Labels.POD_UID, pod.getMetadata().getUid());
    }

    static NamespaceOption namespaces(Pod pod) {
        boolean share = Boolean.TRUE.equals(pod.getSpec().getShareProcessNamespace());
        NamespaceMode pid = share ? NamespaceMode.POD : NamespaceMode.CONTAINER;
        return NamespaceOption.newBuilder()
                .setNetwork(mode(pod.getSpec().getHostNetwork(), NamespaceMode.POD))
                .setPid(mode(pod.getSpec().getHostPID(), pid))
                .setIpc(mode(pod.getSpec().getHostIPC(), NamespaceMode.POD))
                .build();
    }

    private static NamespaceMode mode(Boolean host, NamespaceMode otherwise) {
        return Boolean.TRUE.equals(host) ? NamespaceMode.NODE : otherwise;
    }

    private static LinuxSandboxSecurityContext security(Pod pod) {
        LinuxSandboxSecurityContext.Builder security = LinuxSandboxSecurityContext.newBuilder()
                .setNamespaceOptions(namespaces(pod))
                .setPrivileged(isPrivileged(pod))
                .setSeccomp(SecurityProfile.newBuilder().setProfileType(SecurityProfile.ProfileType.RuntimeDefault));
        PodSecurityContext own = pod.getSpec().getSecurityContext();
        if (own != null && own.getSeLinuxOptions() != null) {
            security.setSelinuxOptions(ContainerSecurity.seLinux(own.getSeLinuxOptions()));
        }
        return security.build();
    }

    private static Map<String, String> sysctls(Pod pod) {
        PodSecurityContext own = pod.getSpec().getSecurityContext();
        return own == null
                ? Map.of()
                : own.getSysctls().stream().collect(Collectors.toMap(Sysctl::getName, Sysctl::getValue, (a, b) -> b));
    }

    private static boolean isPrivileged(Pod pod) {
        return pod.getSpec().getContainers().stream()
                .anyMatch(c -> c.getSecurityContext() != null
                        && Boolean.TRUE.equals(c.getSecurityContext().getPrivileged()));
    }

    private static PortMapping mapping(ContainerPort port) {
        String protocol = port.getProtocol() == null ? "TCP" : port.getProtocol();
        return PortMapping.newBuilder()
                .setProtocol(Protocol.valueOf(protocol))
                .setContainerPort(port.getContainerPort())
                .setHostPort(port.getHostPort() == null ? 0 : port.getHostPort())
                .setHostIp(port.getHostIP() == null ? "" : port.getHostIP())
                .build();
    }
}
