package io.lembos.kubelet.container;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.kubelet.KubeletConfig;
import io.lembos.runtime.cri.v1.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** The file of a pod that its containers have as {@code /etc/hosts}: one for all of them, written anew for each that starts. */
public record HostsMount(KubeletConfig config) {
    private static final Path HOSTS = Path.of("/etc/hosts");

    /** Empty for a container that mounts something of its own there, and while the pod has no address. */
    public Optional<Mount> mount(Pod pod, Container container, String ip) throws IOException {
        boolean taken = container.getVolumeMounts().stream()
                .anyMatch(m -> m.getMountPath().equals(HOSTS.toString()));
        if (taken || ip.isEmpty()) {
            return Optional.empty();
        }
        Path file = config.podDirectory(pod.getMetadata().getUid()).resolve("etc-hosts");
        String ofHost = Files.exists(HOSTS) ? Files.readString(HOSTS) : "";
        Files.createDirectories(file.getParent());
        Files.writeString(file, new HostsFile(pod).content(ip, ofHost));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        return Optional.of(Mount.newBuilder()
                .setContainerPath(HOSTS.toString())
                .setHostPath(file.toString())
                .setSelinuxRelabel(true)
                .build());
    }
}
