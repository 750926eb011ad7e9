package io.lembos.kubelet.container;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.kubelet.KubeletConfig;
import io.lembos.runtime.cri.v1.ContainerConfig;
import io.lembos.runtime.cri.v1.ContainerMetadata;
import io.lembos.runtime.cri.v1.ImageSpec;
import io.lembos.runtime.cri.v1.KeyValue;
import io.lembos.runtime.cri.v1.LinuxContainerConfig;
import io.lembos.runtime.cri.v1.LinuxContainerResources;
import io.lembos.runtime.cri.v1.Mount;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What the runtime is told about a container. Pure; the files that it names are made by others. */
public final class ContainerConfigs {
    private static final long CPU_PERIOD_MICROS = 100_000;
    private static final long SHARES_PER_CORE = 1024;
    private static final long SHARES_MIN = 2;

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
            ImageUser user) {}

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
                        .setResources(resources(container))
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

    private static LinuxContainerResources resources(Container container) {
        LinuxContainerResources.Builder resources =
                LinuxContainerResources.newBuilder().setOomScoreAdj(0).setCpuPeriod(CPU_PERIOD_MICROS);
        Map<String, Quantity> requests = container.getResources() == null
                ? null
                : container.getResources().getRequests();
        Map<String, Quantity> limits = container.getResources() == null
                ? null
                : container.getResources().getLimits();
        BigDecimal cpu = amount(requests, "cpu");
        resources.setCpuShares(Math.max(
                SHARES_MIN, cpu.multiply(BigDecimal.valueOf(SHARES_PER_CORE)).longValue()));
        BigDecimal cpuLimit = amount(limits, "cpu");
        if (cpuLimit.signum() > 0) {
            resources.setCpuQuota(Math.max(
                    1000,
                    cpuLimit.multiply(BigDecimal.valueOf(CPU_PERIOD_MICROS)).longValue()));
        }
        BigDecimal memory = amount(limits, "memory");
        if (memory.signum() > 0) {
            resources.setMemoryLimitInBytes(memory.longValue());
        }
        return resources.build();
    }

    private static BigDecimal amount(Map<String, Quantity> quantities, String resource) {
        Quantity quantity = quantities == null ? null : quantities.get(resource);
        return quantity == null ? BigDecimal.ZERO : quantity.getNumericalAmount();
    }
}
