package io.lembos.runtime.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The mounts of this process's mount namespace, read anew on each call. */
public final class MountTable {

    private static final Path MOUNT_INFO = Path.of("/proc/self/mountinfo");
    private static final int MOUNT_POINT_FIELD = 4;
    private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");
    private static final Duration UMOUNT_LIMIT = Duration.ofSeconds(20);

    private MountTable() {}

    /** Mount points at or below a directory, the deepest and latest first. */
    public static List<Path> below(Path directory) {
        try {
            return Files.readAllLines(MOUNT_INFO).stream()
                    .map(line -> Path.of(unescape(line.split(" ")[MOUNT_POINT_FIELD])))
                    .filter(point -> point.startsWith(directory))
                    .sorted(Comparator.<Path>comparingInt(Path::getNameCount)
                            .thenComparing(Path::toString)
                            .reversed())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What overlay mounts are made of: the lines of the table, as they are. */
    public static String overlayOptions() {
        try (Stream<String> lines = Files.lines(MOUNT_INFO)) {
            return lines.filter(line -> line.contains(" - overlay ")).collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Takes away every mount at or below a directory; a busy one is detached.
     *
     * @throws ChildProcessException if one stays
     */
    public static void unmountBelow(Path directory) {
        for (Path point : below(directory)) {
            List<String> command = List.of("umount", point.toString());
            if (!ChildProcess.run(command, UMOUNT_LIMIT).succeeded()) {
                ChildProcess.run(List.of("umount", "--lazy", point.toString()), UMOUNT_LIMIT);
            }
        }
        List<Path> left = below(directory);
        if (!left.isEmpty()) {
            throw new ChildProcessException("cannot unmount " + left);
        }
    }

    private static String unescape(String field) {
        Matcher matcher = OCTAL.matcher(field);
        return matcher.replaceAll(m -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(m.group(1), 8))));
    }
}
