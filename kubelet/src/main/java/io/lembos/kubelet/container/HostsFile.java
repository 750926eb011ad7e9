package io.lembos.kubelet.container;

import io.fabric8.kubernetes.api.model.HostAlias;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;

/** What a pod's containers find in {@code /etc/hosts}. Pure. */
record HostsFile(Pod pod) {
    private static final String OWN = """
            # Kubernetes-managed hosts file.
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::0\tip6-localnet
            fe00::0\tip6-mcastprefix
            fe00::1\tip6-allnodes
            fe00::2\tip6-allrouters
            """;
    private static final String OF_HOST = "# Kubernetes-managed hosts file (host network).\n";

    /** @param ofHost what the machine has in the file, for pods that use its network */
    String content(String podIp, String ofHost) {
        if (Boolean.TRUE.equals(pod.getSpec().getHostNetwork())) {
            return OF_HOST + ofHost + aliases();
        }
        PodName name = PodName.of(pod);
        String names = name.domain().isEmpty()
                ? name.hostname()
                : name.hostname() + "." + name.domain() + "\t" + name.hostname();
        return OWN + podIp + "\t" + names + "\n" + aliases();
    }

    private String aliases() {
        List<HostAlias> aliases = pod.getSpec().getHostAliases();
        if (aliases.isEmpty()) {
            return "";
        }
        StringBuilder lines = new StringBuilder("\n# Entries added by HostAliases.\n");
        for (HostAlias alias : aliases) {
            List<String> line = new ArrayList<>(List.of(alias.getIp()));
            line.addAll(alias.getHostnames());
            lines.append(String.join("\t", line)).append('\n');
        }
        return lines.toString();
    }
}
