package io.lembos.kubelet.admission;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Sysctl;
import java.util.Optional;
import java.util.Set;

/** Kernel parameters that a pod may set: those that touch nobody else. Pure. */
final class Sysctls {
    private static final Set<String> SAFE = Set.of(
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.ip_local_reserved_ports",
            "net.ipv4.ip_unprivileged_port_start",
            "net.ipv4.ping_group_range",
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes",
            "net.ipv4.tcp_keepalive_time",
            "net.ipv4.tcp_rmem",
            "net.ipv4.tcp_syncookies",
            "net.ipv4.tcp_wmem");

    private Sysctls() {}

    static Optional<Rejection> check(Pod pod) {
        var context = pod.getSpec().getSecurityContext();
        if (context == null) {
            return Optional.empty();
        }
        for (Sysctl sysctl : context.getSysctls()) {
            String name = sysctl.getName().replace('/', '.');
            if (!SAFE.contains(name)) {
                return forbidden(name, "not allowlisted");
            }
            if (name.startsWith("net.") && Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
                return forbidden(name, "not allowed with host net enabled");
            }
            if (name.startsWith("kernel.shm")
                    && Boolean.TRUE.equals(pod.getSpec().getHostIPC())) {
                return forbidden(name, "not allowed with host ipc enabled");
            }
        }
        return Optional.empty();
    }

    private static Optional<Rejection> forbidden(String name, String why) {
        return Optional.of(new Rejection("SysctlForbidden", "forbidden sysctl: \"" + name + "\" " + why));
    }
}
