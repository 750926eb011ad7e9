package io.lembos.kubelet.container;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.lembos.kubelet.system.Mounts;
import io.lembos.runtime.cri.v1.ImageSpec;
import io.lembos.runtime.cri.v1.Mount;
import io.lembos.runtime.cri.v1.MountPropagation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a container finds the pod's volumes. A mount of a part of a volume is made by the node agent, so that no link in the
 * volume can lead out of it; made anew each time the container starts.
 */
public record ContainerMounts(Mounts mounts) {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerMounts.class);

    /**
     * What the volumes of a pod are.
     *
     * @param folders paths on the host by volume name
     * @param images of the others, by volume name; the runtime mounts them
     */
    public record Sources(Map<String, Path> folders, Map<String, ImageSpec> images) {}

    /**
     * @param variables of the container, for {@code subPathExpr}
     * @param parts folder of the pod for the parts of volumes
     */
    public List<Mount> of(Pod pod, Container container, Sources volumes, Map<String, String> variables, Path parts)
            throws ConfigError {
        List<Mount> result = new ArrayList<>();
        for (int i = 0; i < container.getVolumeMounts().size(); i++) {
            VolumeMount mount = container.getVolumeMounts().get(i);
            Path host = volumes.folders().get(mount.getName());
            ImageSpec image = volumes.images().get(mount.getName());
            if (host == null && image == null) {
                throw new ConfigError("cannot find volume \"" + mount.getName() + "\" to mount into container \""
                        + container.getName() + "\"");
            }
            if ("Enabled".equals(mount.getRecursiveReadOnly())) {
                throw new ConfigError("volume \"" + mount.getName()
                        + "\" requested recursive read-only mode, but it is not supported by the runtime");
            }
            String part = part(mount, variables);
            if (image != null) {
                result.add(Mount.newBuilder()
                        .setContainerPath(mount.getMountPath())
                        .setImage(image)
                        .setImageSubPath(part)
                        .setReadonly(true)
                        .build());
                continue;
            }
            if (!part.isEmpty()) {
                Path target = parts.resolve(mount.getName())
                        .resolve(container.getName())
                        .resolve(String.valueOf(i));
                host = part(container, mount, host, part, target);
            }
            result.add(Mount.newBuilder()
                    .setContainerPath(mount.getMountPath())
                    .setHostPath(host.toString())
                    .setReadonly(Boolean.TRUE.equals(mount.getReadOnly()) || isReadOnly(pod, mount.getName()))
                    .setPropagation(propagation(mount))
                    .build());
        }
        return result;
    }

    private static String part(VolumeMount mount, Map<String, String> variables) throws ConfigError {
        String expression = mount.getSubPathExpr();
        String part = mount.getSubPath() == null ? "" : mount.getSubPath();
        if (expression != null && !expression.isEmpty()) {
            part = new Expansion(variables).expandAll(expression);
        }
        if (part.startsWith("/")) {
            throw new ConfigError("error SubPath `" + part + "` must not be an absolute path");
        }
        if (List.of(part.split("/")).contains("..")) {
            throw new ConfigError("unable to provision SubPath `" + part + "`: must not contain '..'");
        }
        return part;
    }

    /** Why it went wrong is for the log only: it might tell the pod's owner about this machine's files. */
    private Path part(Container container, VolumeMount mount, Path host, String part, Path target) throws ConfigError {
        try {
            mounts.unmountBelow(target);
            mounts.part(host, part, target, mode(host));
            return target;
        } catch (IOException e) {
            LOG.warn("Part {} of volume {}: {}", part, mount.getName(), e.getMessage());
            throw new ConfigError("failed to prepare subPath for volumeMount \"" + mount.getName()
                    + "\" of container \"" + container.getName() + "\"");
        }
    }

    private static int mode(Path folder) throws IOException {
        return (Integer) Files.getAttribute(folder, "unix:mode") & 07777;
    }

    private static MountPropagation propagation(VolumeMount mount) {
        return switch (mount.getMountPropagation() == null ? "None" : mount.getMountPropagation()) {
            case "HostToContainer" -> MountPropagation.PROPAGATION_HOST_TO_CONTAINER;
            case "Bidirectional" -> MountPropagation.PROPAGATION_BIDIRECTIONAL;
            default -> MountPropagation.PROPAGATION_PRIVATE;
        };
    }

    /** Whether the pod has promised not to write to what a claim stands for. */
    private static boolean isReadOnly(Pod pod, String volume) {
        return pod.getSpec().getVolumes().stream()
                .filter(v -> v.getName().equals(volume) && v.getPersistentVolumeClaim() != null)
                .anyMatch(v -> Boolean.TRUE.equals(v.getPersistentVolumeClaim().getReadOnly()));
    }
}
