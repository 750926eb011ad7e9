package io.lembos.kubelet.container;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.kubelet.KubeletConfig;
import io.lembos.runtime.cri.v1.ContainerConfig;
import io.lembos.runtime.cri.v1.ContainerMetadata;
import io.lembos.runtime.cri.v1.ImageSpec;
import io.lembos.runtime.cri.v1.KeyValue;
import io.lembos.runtime.cri.v1.LinuxContainerConfig;
import io.lembos.runtime.cri.v1.LinuxContainerResources;
import io.lembos.runtime.cri.v1.Mount;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What the runtime is told about a container. Pure; the files that it names are made by others. */
public final class ContainerConfigs {
    private ContainerConfigs() {}

    /**
     * What surrounds a container.
     *
     * @param mounts the volumes, where the container finds them
     * @param environment resolved variables
     * @param user as whom the image wants to run
     * @param terminationMessage file on the host that the container may leave its last words in
     */
    public record Surroundings(
            KubeletConfig config,
            List<Mount> mounts,
            Map<String, String> environment,
            Path terminationMessage,
            String imageRef,
            ImageUser user,
            LinuxContainerResources resources) {}

    public static ContainerConfig of(Pod pod, Container container, int attempt, Surroundings around)
            throws ConfigError {
        ContainerSecurity security = new ContainerSecurity(
                pod, container, around.config().directory().resolve("seccomp"));
        Expansion expansion = new Expansion(around.environment());
        ContainerConfig.Builder config = ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder()
                        .setName(container.getName())
                        .setAttempt(attempt))
                .setImage(
                        ImageSpec.newBuilder().setImage(around.imageRef()).setUserSpecifiedImage(container.getImage()))
                .addAllCommand(expansion.expand(container.getCommand()))
                .addAllArgs(expansion.expand(container.getArgs()))
                .setWorkingDir(container.getWorkingDir() == null ? "" : container.getWorkingDir())
                .putAllLabels(SandboxConfigs.identity(pod, around.config()))
                .putLabels(Labels.CONTAINER_NAME, container.getName())
                .putAnnotations(Labels.RESTART_COUNT, String.valueOf(attempt))
                .putAnnotations(Labels.TERMINATION_MESSAGE_PATH, terminationPath(container))
                .setLogPath(container.getName() + "/" + attempt + ".log")
                .setStdin(Boolean.TRUE.equals(container.getStdin()))
                .setStdinOnce(Boolean.TRUE.equals(container.getStdinOnce()))
                .setTty(Boolean.TRUE.equals(container.getTty()))
                .setLinux(LinuxContainerConfig.newBuilder()
                        .setResources(around.resources())
                        .setSecurityContext(security.context(around.user())));
        around.environment()
                .forEach((key, value) ->
                        config.addEnvs(KeyValue.newBuilder().setKey(key).setValue(value)));
        config.addAllMounts(around.mounts())
                .addMounts(Mount.newBuilder()
                        .setContainerPath(terminationPath(container))
                        .setHostPath(around.terminationMessage().toString()));
        return config.build();
    }

    static String terminationPath(Container container) {
        return container.getTerminationMessagePath() == null
                ? "/dev/termination-log"
                : container.getTerminationMessagePath();
    }
}
