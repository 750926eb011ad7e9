package io.lembos.kubelet.localvolume;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
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
        if (!Files.isDirectory(inside(folder), java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(folder);
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private Path inside(Path path) throws IOException {
        if (!root.equals(path.getParent()) || !path.equals(path.normalize())) {
            throw new IOException(path + " is no folder of a volume");
        }
        return path;
    }
}
