package io.lembos.kubelet.localvolume;

import io.lembos.runtime.files.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The folders of volumes on this machine, all in one place. Never touches anything outside: links in them are removed, not
 * followed, and a path that leads elsewhere is refused.
 *
 * @param root where they all lie
 */
record Folders(Path root) {

    Path path(String name) {
        return root.resolve(name);
    }

    /** Anybody may write there: who the pod runs as is not known. Making it again changes nothing. */
    void make(String name) throws IOException {
        Path path = inside(path(name));
        Files.createDirectories(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
    }

    /** Removes it with all that is in it, if it is there. */
    void remove(Path folder) throws IOException {
        FileTree.delete(inside(folder));
    }

    private Path inside(Path path) throws IOException {
        if (!root.equals(path.getParent()) || !path.equals(path.normalize())) {
            throw new IOException(path + " is no folder of a volume");
        }
        return path;
    }
}
