package io.lembos.kubelet.logs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The older parts of a container's log, beside it: {@code 0.log.20261128-155900}, the oldest compressed ({@code .gz}).
 * Stateless.
 */
public final class RotatedLogs {
    static final String COMPRESSED = ".gz";
    static final String UNFINISHED = ".tmp";

    private RotatedLogs() {}

    /** Those of one log, oldest first. */
    static List<Path> of(Path log) throws IOException {
        String prefix = log.getFileName() + ".";
        try (Stream<Path> files = Files.list(log.getParent())) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Where the log goes on after a file that one has open: the next part, once there is something in it, for until then
     * the runtime may still write to the one before. Empty while that file is the newest.
     *
     * @param key of the open file
     */
    public static Optional<Path> after(Path log, Object key) throws IOException {
        Optional<BasicFileAttributes> newest = attributes(log);
        if (newest.isEmpty() || newest.get().fileKey().equals(key)) {
            return Optional.empty();
        }
        List<Path> readable = new ArrayList<>();
        for (Path part : of(log)) {
            if (!part.toString().endsWith(COMPRESSED) && !part.toString().endsWith(UNFINISHED)) {
                readable.add(part);
            }
        }
        readable.add(log);
        // A part that has been compressed meanwhile is older than all that can be read.
        int next = 0;
        for (int i = 0; i < readable.size(); i++) {
            if (attributes(readable.get(i)).filter(a -> a.fileKey().equals(key)).isPresent()) {
                next = i + 1;
            }
        }
        Path part = readable.get(next);
        return attributes(part).filter(a -> a.size() > 0).map(a -> part);
    }

    private static Optional<BasicFileAttributes> attributes(Path file) throws IOException {
        try {
            return Optional.of(Files.readAttributes(file, BasicFileAttributes.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
