package io.lembos.kubelet.pod;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Removes what pods leave on this host. Absent is success. */
final class PodFiles {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    private PodFiles() {}

    /** Removes the pod's empty cgroup from every hierarchy: cgroup v2, v1 or both. */
    static void removeCgroups(String cgroup) throws IOException {
        String relative = cgroup.substring(1);
        removeEmpty(CGROUPS.resolve(relative));
        if (!Files.isDirectory(CGROUPS)) {
            return;
        }
        try (Stream<Path> hierarchies = Files.list(CGROUPS)) {
            for (Path hierarchy : hierarchies.filter(Files::isDirectory).toList()) {
                removeEmpty(hierarchy.resolve(relative));
            }
        }
    }

    /** A cgroup goes by removing its folder, children first; its files go with it. */
    private static void removeEmpty(Path cgroup) throws IOException {
        if (!Files.isDirectory(cgroup)) {
            return;
        }
        List<Path> folders;
        try (Stream<Path> paths = Files.walk(cgroup)) {
            folders = paths.filter(Files::isDirectory)
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
        for (Path folder : folders) {
            try {
                Files.deleteIfExists(folder);
            } catch (DirectoryNotEmptyException | NoSuchFileException e) {
                return; // Something still runs in it; it is looked at again when the node agent starts anew.
            }
        }
    }
}
