package io.lembos.kubelet.volumes;

import io.lembos.runtime.files.FileTree;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A folder whose files change all at once: a reader that opens {@code ..data} sees the old ones or the new ones, never
 * some of each. The files lie in a folder that carries its time in its name; the link {@code ..data} leads there, and
 * every visible name is a link through {@code ..data} (the layout that programs in pods know from every kubelet).
 *
 * <p>One writer at a time. A writer that died in between leaves a folder that the next one removes.
 */
record AtomicFolder(Path root) {
    private static final String DATA = "..data";
    private static final String NEXT = "..data_tmp";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("'..'yyyy_MM_dd_HH_mm_ss.").withZone(ZoneOffset.UTC);

    /**
     * Makes the folder hold just these files.
     *
     * @param files by their paths in the folder
     * @param ownership given to whatever is written, before anybody can see it
     * @return whether anything had to change
     */
    boolean write(Map<String, VolumeFile> files, Ownership ownership, Instant now) throws IOException {
        for (String path : files.keySet()) {
            requireInside(path);
        }
        if (holds(files)) {
            return false;
        }
        Path fresh = Files.createTempDirectory(root, TIME.format(now));
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (Map.Entry<String, VolumeFile> file : files.entrySet()) {
            put(fresh, file.getKey(), file.getValue());
        }
        ownership.applyTo(fresh);
        Set<String> names = new HashSet<>();
        files.keySet().forEach(path -> names.add(first(path)));
        for (String name : names) {
            link(root.resolve(name), Path.of(DATA, name));
        }
        link(root.resolve(NEXT), fresh.getFileName());
        Files.move(root.resolve(NEXT), root.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
        removeOthers(names, fresh.getFileName().toString());
        return true;
    }

    private boolean holds(Map<String, VolumeFile> files) throws IOException {
        Path present = root.resolve(DATA);
        if (!Files.isDirectory(present)) {
            return false;
        }
        Path real = present.toRealPath();
        try (var paths = Files.walk(real)) {
            Set<String> names = new HashSet<>();
            paths.filter(p -> Files.isRegularFile(p, LinkOption.NOFOLLOW_LINKS))
                    .forEach(p -> names.add(real.relativize(p).toString()));
            if (!names.equals(files.keySet())) {
                return false;
            }
        }
        for (Map.Entry<String, VolumeFile> file : files.entrySet()) {
            Path path = real.resolve(file.getKey());
            if (!Arrays.equals(Files.readAllBytes(path), file.getValue().content())
                    || !Files.isSymbolicLink(root.resolve(first(file.getKey())))) {
                return false;
            }
        }
        return true;
    }

    private static void put(Path folder, String relative, VolumeFile file) throws IOException {
        Path path = folder.resolve(relative);
        Files.createDirectories(path.getParent());
        Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(path, file.content());
        if (file.owner().isPresent()) {
            Files.setAttribute(path, "unix:uid", file.owner().get().intValue());
        }
        Files.setAttribute(path, "unix:mode", file.mode());
    }

    private static void link(Path from, Path to) throws IOException {
        if (Files.isSymbolicLink(from) && Files.readSymbolicLink(from).equals(to)) {
            return;
        }
        Files.deleteIfExists(from);
        Files.createSymbolicLink(from, to);
    }

    private void removeOthers(Set<String> names, String fresh) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (!names.contains(name) && !name.equals(DATA) && !name.equals(fresh)) {
                    FileTree.delete(entry);
                }
            }
        } catch (NoSuchFileException e) {
            throw new IOException("the volume was removed while it was written: " + root, e);
        }
    }

    /** Names that begin with two dots are this layout's own. */
    private static void requireInside(String path) throws IOException {
        Path relative = Path.of(path);
        boolean leaves = relative.isAbsolute()
                || !relative.normalize().equals(relative)
                || path.isEmpty()
                || path.startsWith("..");
        if (leaves) {
            throw new IOException("invalid path in a volume: " + path);
        }
    }

    private static String first(String path) {
        return Path.of(path).getName(0).toString();
    }
}
