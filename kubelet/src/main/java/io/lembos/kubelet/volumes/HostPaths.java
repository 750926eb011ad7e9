package io.lembos.kubelet.volumes;

import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Paths of this machine that volumes of the kind hostPath name. */
final class HostPaths {
    private static final int KIND = 0170000;
    private static final int SOCKET = 0140000;
    private static final int CHARACTER_DEVICE = 0020000;
    private static final int BLOCK_DEVICE = 0060000;

    private HostPaths() {}

    /** Sees to it that there is what the type says. */
    static Path prepare(String volume, HostPathVolumeSource source) throws MountFailure, IOException {
        Path path = Path.of(source.getPath());
        String type = source.getType() == null ? "" : source.getType();
        make(path, type);
        switch (type) {
            case "" -> {}
            case "Directory", "DirectoryOrCreate" ->
                require(Files.isDirectory(path), volume, path, "is not a directory");
            case "File", "FileOrCreate" -> require(Files.isRegularFile(path), volume, path, "is not a file");
            case "Socket" -> require(kind(path) == SOCKET, volume, path, "is not a socket file");
            case "CharDevice" -> require(kind(path) == CHARACTER_DEVICE, volume, path, "is not a character device");
            case "BlockDevice" -> require(kind(path) == BLOCK_DEVICE, volume, path, "is not a block device");
            default -> require(false, volume, path, "is an invalid volume type");
        }
        return path;
    }

    private static void make(Path path, String type) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (type.equals("DirectoryOrCreate")) {
            Files.createDirectories(path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
        } else if (type.equals("FileOrCreate")) {
            Files.createFile(path);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
        }
    }

    private static int kind(Path path) throws IOException {
        return Files.exists(path) ? (Integer) Files.getAttribute(path, "unix:mode") & KIND : 0;
    }

    private static void require(boolean holds, String volume, Path path, String otherwise) throws MountFailure {
        if (!holds) {
            throw MountFailure.setUp(volume, "hostPath type check failed: " + path + " " + otherwise);
        }
    }
}
