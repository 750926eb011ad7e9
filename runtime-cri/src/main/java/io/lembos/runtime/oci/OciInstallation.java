package io.lembos.runtime.oci;

import io.lembos.runtime.containerd.CniConfig;
import io.lembos.runtime.containerd.PodNetwork;
import io.lembos.runtime.cri.v1.ContainerFilter;
import io.lembos.runtime.cri.v1.PodSandboxFilter;
import io.lembos.runtime.files.FileTree;
import io.lembos.runtime.process.ChildProcess;
import io.lembos.runtime.process.MountTable;
import io.lembos.runtime.store.ImageFiles;
import io.lembos.runtime.store.LocalImages;
import io.lembos.runtime.store.Registries;
import io.lembos.runtime.time.RuntimeClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * One cluster's own container runtime on this machine, whether or not somebody has it open: where it lives, and how it goes
 * away. At most one process has it open at a time.
 *
 * @param directory absolute; all of its files, and nothing else, are below
 */
public record OciInstallation(Path directory, PodNetwork network, OciPrograms programs, RuntimeClock clock) {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Path LINKS = Path.of("/sys/class/net");

    private Path leases() {
        return directory.resolve("leases");
    }

    /** Its images; the caller closes them. */
    public LocalImages images() throws IOException {
        return LocalImages.open(directory.resolve("images"), Registries.DEFAULT, clock);
    }

    /** Opens the runtime; the caller closes it. Containers outlive that. */
    public OciContainerRuntime open(ImageFiles images) throws IOException {
        return OciContainerRuntime.open(settings(), images, clock);
    }

    OciSettings settings() throws IOException {
        Files.createDirectories(leases());
        var cni = CniConfig.forHost(network, leases(), programs.plugins()).json();
        return new OciSettings(directory.resolve("oci"), programs.runc(), programs.conmon(), programs.plugins(), cni);
    }

    /** Ends all pods and takes their network away. Keeps images. */
    public void down() throws IOException {
        if (Files.isDirectory(directory)) {
            try (LocalImages images = images();
                    OciContainerRuntime runtime = open(images)) {
                runtime.listPodSandboxes(PodSandboxFilter.getDefaultInstance())
                        .forEach(sandbox -> runtime.removePodSandbox(sandbox.getId()));
                runtime.listContainers(ContainerFilter.getDefaultInstance())
                        .forEach(container -> runtime.removeContainer(container.getId()));
            }
        }
        if (Files.exists(LINKS.resolve(network.bridge()))) {
            ChildProcess.require(List.of("ip", "link", "delete", "dev", network.bridge()), LIMIT);
        }
        if (Files.isDirectory(directory)) {
            network.forgetTranslation(directory.resolve("iptables-removal"));
        }
    }

    /** As {@link #down}; afterwards nothing of it is left on the machine. */
    public void delete() throws IOException {
        down();
        MountTable.unmountBelow(directory);
        FileTree.delete(directory);
    }
}
