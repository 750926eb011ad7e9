package io.lembos.runtime.images;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.TreeMap;

/**
 * The files of one layer by their path in the image, and the tar made of them: sorted, root's, without times.
 *
 * <p>Parent directories that nobody gave are made with mode 0755. A path that is given twice is refused, and so is one
 * that leaves the image.
 */
final class LayerFiles {

    private static final int PARENT_MODE = 0755;
    private static final int MODE_MASK = 07777;

    private sealed interface Content {
        record Directory(int mode) implements Content {}

        record File(int mode, byte[] bytes) implements Content {}

        record Link(String target) implements Content {}
    }

    private final TreeMap<String, Content> contents = new TreeMap<>();

    void file(String path, int mode, byte[] bytes) {
        put(path, new Content.File(mode, bytes));
    }

    /** A regular file of this machine with its mode; a link is followed. */
    void copyFile(String path, Path source) {
        try {
            put(path, new Content.File(mode(source), Files.readAllBytes(source)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + source, e);
        }
    }

    /** Everything below a directory; links are kept as links, anything but files, directories and links is refused. */
    void copyTree(Path root) {
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                        throws IOException {
                    if (!directory.equals(root)) {
                        put(root.relativize(directory).toString(), new Content.Directory(mode(directory)));
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    copyOne(root, file, attributes);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + root, e);
        }
    }

    private void copyOne(Path root, Path file, BasicFileAttributes attributes) throws IOException {
        Path relative = root.relativize(file);
        if (attributes.isSymbolicLink()) {
            Path target = Files.readSymbolicLink(file);
            requireInside(relative, target, file);
            put(relative.toString(), new Content.Link(target.toString()));
        } else if (attributes.isRegularFile()) {
            copyFile(relative.toString(), file);
        } else {
            throw new ImageFormatException(file + ": only files, directories and symbolic links can be in an image");
        }
    }

    /** An absolute target is taken from the image's root when it runs; a relative one must not climb above it. */
    private static void requireInside(Path link, Path target, Path shown) {
        Path parent = link.getParent() == null ? Path.of("") : link.getParent();
        if (!target.isAbsolute() && parent.resolve(target).normalize().startsWith("..")) {
            throw new ImageFormatException(shown + ": the link's target leaves the image: " + target);
        }
    }

    private static int mode(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:mode") & MODE_MASK;
    }

    private void put(String path, Content content) {
        if (contents.putIfAbsent(path, content) != null) {
            throw new ImageFormatException("/" + path + " comes twice in the image");
        }
        int slash = path.lastIndexOf('/');
        if (slash > 0) {
            Content parent = contents.get(path.substring(0, slash));
            if (parent == null) {
                put(path.substring(0, slash), new Content.Directory(PARENT_MODE));
            } else if (!(parent instanceof Content.Directory)) {
                throw new ImageFormatException("/" + path + " lies below something that is no directory");
            }
        }
    }

    boolean isEmpty() {
        return contents.isEmpty();
    }

    /** The layer, uncompressed. */
    byte[] tar() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter tar = new TarWriter(out)) {
            for (var entry : contents.entrySet()) {
                switch (entry.getValue()) {
                    case Content.Directory(int mode) -> tar.directory(entry.getKey(), mode);
                    case Content.File(int mode, byte[] bytes) -> tar.file(entry.getKey(), mode, bytes);
                    case Content.Link(String target) -> tar.symbolicLink(entry.getKey(), target);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
