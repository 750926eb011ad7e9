package io.lembos.kubelet.system;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;

/**
 * A file or folder below another folder, held open: whatever happens to its path from now on, {@link #place} leads to it.
 * Links are followed when it is looked for, as long as they stay inside the folder; then it is opened step by step without
 * following any, so that one that somebody puts there in between makes the opening fail and nothing else.
 */
final class HeldFile implements Closeable {
    private final Deque<Closeable> open = new ArrayDeque<>();
    private BasicFileAttributes attributes;
    private Path place;

    private HeldFile() {}

    /**
     * @param root real path of the folder
     * @param part relative to it; missing folders are made
     * @param mode of folders that are made
     */
    static HeldFile openOrMake(Path root, Path part, int mode) throws IOException {
        try {
            return open(root, root.resolve(part).toRealPath());
        } catch (NoSuchFileException e) {
            Path parent = part.getParent() == null ? Path.of("") : part.getParent();
            try (HeldFile above = openOrMake(root, parent, mode)) {
                Path made = above.place().resolve(part.getFileName());
                Files.createDirectory(made);
                Files.setAttribute(made, "unix:mode", mode); // whatever the process' umask is
            }
            return open(root, root.resolve(part).toRealPath());
        }
    }

    private static HeldFile open(Path root, Path real) throws IOException {
        if (!real.startsWith(root)) {
            throw new IOException(real + " is not in " + root);
        }
        HeldFile held = new HeldFile();
        try {
            held.walk(root, root.relativize(real));
            return held;
        } catch (IOException | RuntimeException e) {
            held.close();
            throw e;
        }
    }

    private void walk(Path root, Path steps) throws IOException {
        SecureDirectoryStream<Path> folder = secure(Files.newDirectoryStream(root));
        attributes = folder.getFileAttributeView(BasicFileAttributeView.class).readAttributes();
        for (Path step : steps) {
            if (step.toString().isEmpty()) {
                continue;
            }
            attributes = folder.getFileAttributeView(step, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .readAttributes();
            if (attributes.isRegularFile()) {
                open.push(folder.newByteChannel(step, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
            } else {
                folder = secure(folder.newDirectoryStream(step, LinkOption.NOFOLLOW_LINKS));
                attributes = folder.getFileAttributeView(BasicFileAttributeView.class)
                        .readAttributes();
            }
        }
        place = find();
    }

    private SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream) throws IOException {
        open.push(stream);
        if (stream instanceof SecureDirectoryStream<Path> secure) {
            return secure;
        }
        throw new IOException("this file system does not open folders step by step");
    }

    /** Java does not tell the number under which it has something open. */
    private Path find() throws IOException {
        String self = "/proc/" + ProcessHandle.current().pid() + "/fd";
        try (DirectoryStream<Path> numbers = Files.newDirectoryStream(Path.of(self))) {
            for (Path number : numbers) {
                if (isSameAs(number)) {
                    return number;
                }
            }
        }
        throw new IOException("what was opened is not among the open files");
    }

    /** Good until this is closed, for other processes too. */
    Path place() {
        return place;
    }

    boolean isFolder() {
        return attributes.isDirectory();
    }

    boolean isSameAs(Path path) {
        try {
            Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
            return attributes.fileKey().equals(key);
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
