package io.lembos.kubelet.volumes;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.lembos.kubelet.system.Mounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * Volumes that begin empty and end with their pod: folders, on disk or in memory. One in memory holds what its limit says,
 * at most what the pod may use of memory and what the node has for pods.
 */
record EmptyDirs(Mounts mounts, Map<String, Quantity> allocatable) {

    /** Making it again changes nothing. */
    void make(Pod pod, String volume, EmptyDirVolumeSource source, Path path, Ownership ownership)
            throws MountFailure, IOException {
        String medium = source.getMedium() == null ? "" : source.getMedium();
        if (!medium.isEmpty() && !medium.equals("Memory")) {
            throw MountFailure.setUp(volume, "unknown storage medium \"" + medium + "\"");
        }
        boolean fresh = !Files.isDirectory(path);
        if (fresh) {
            Files.createDirectories(path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
        }
        if (medium.equals("Memory") && !mounts.isMounted(path)) {
            putInMemory(pod, source, path);
            fresh = true;
        }
        if (fresh) {
            ownership.applyTo(path);
        }
    }

    /** Lets an empty folder lie in memory. */
    void putInMemory(Pod pod, EmptyDirVolumeSource source, Path folder) throws IOException {
        mounts.memory(folder, bytesMax(pod, source), "0777");
    }

    OptionalLong bytesMax(Pod pod, EmptyDirVolumeSource source) {
        LongStream limits =
                LongStream.of(bytes(allocatable.get("memory")), ofContainers(pod), bytes(source.getSizeLimit()));
        return limits.filter(l -> l > 0).min();
    }

    /** 0 when a container has no limit. */
    private static long ofContainers(Pod pod) {
        long sum = 0;
        for (Container container : pod.getSpec().getContainers()) {
            long own =
                    container.getResources() == null || container.getResources().getLimits() == null
                            ? 0
                            : bytes(container.getResources().getLimits().get("memory"));
            if (own == 0) {
                return 0;
            }
            sum += own;
        }
        return sum;
    }

    private static long bytes(Quantity quantity) {
        return quantity == null ? 0 : quantity.getNumericalAmount().longValue();
    }
}
