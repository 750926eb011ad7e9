package io.lembos.kubelet.volumes;

import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Paths of this machine that volumes of the kind hostPath name. */
final class HostPaths {

    private HostPaths() {}

    /** Sees to it that there is what the type says. */
    static Path prepare(String volume, HostPathVolumeSource source) throws MountFailure, IOException {
        Path path = Path.of(source.getPath());
        switch (source.getType() == null ? "" : source.getType()) {
            case "DirectoryOrCreate" -> Files.createDirectories(path);
            case "FileOrCreate" -> {
                if (!Files.exists(path)) {
                    Files.createFile(path);
                }
            }
            case "Directory" -> require(Files.isDirectory(path), volume, path, "is not a directory");
            case "File" -> require(Files.isRegularFile(path), volume, path, "is not a file");
            default -> {}
        }
        return path;
    }

    private static void require(boolean holds, String volume, Path path, String otherwise) throws MountFailure {
        if (!holds) {
            throw new MountFailure("MountVolume.SetUp failed for volume \"" + volume
                    + "\" : hostPath type check failed: " + path + " " + otherwise);
        }
    }
}
