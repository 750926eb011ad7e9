package io.lembos.kubelet.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Mounts of this machine that belong to pods, by the programs {@code mount} and {@code umount}. Needs root; holds nothing. */
public final class Mounts {
    private static final Pattern KERNEL = Pattern.compile("^(\\d+)\\.(\\d+)");
    private static final int NO_SWAP_SINCE = 6_004;

    /** @param bytesMax empty for half of the machine's memory, the kernel's own limit */
    public void memory(Path target, OptionalLong bytesMax, String mode) throws IOException {
        String more = bytesMax.isPresent() ? ",size=" + bytesMax.getAsLong() : "";
        more += staysInMemory() ? ",noswap" : "";
        run(List.of("mount", "-t", "tmpfs", "-o", "nosuid,nodev,mode=" + mode + more, "tmpfs", target.toString()));
    }

    /** Linux can keep such files out of swap since 6.4. */
    private static boolean staysInMemory() {
        Matcher version = KERNEL.matcher(System.getProperty("os.version"));
        return version.find()
                && Integer.parseInt(version.group(1)) * 1000 + Integer.parseInt(version.group(2)) >= NO_SWAP_SINCE;
    }

    /**
     * Shows a part of a folder at another place. No link leads it out of the folder, whatever somebody changes there
     * meanwhile.
     *
     * @param part relative to the folder; folders that are missing are made
     * @param target an empty file or folder of the same kind as the part is made there
     * @param mode of folders that are made
     */
    public void part(Path folder, String part, Path target, int mode) throws IOException {
        try (HeldFile held = HeldFile.openOrMake(folder.toRealPath(), Path.of(part), mode)) {
            Files.createDirectories(target.getParent());
            if (held.isFolder()) {
                Files.createDirectories(target);
            } else if (!Files.exists(target)) {
                Files.createFile(target);
            }
            // Taken as it is written: its real path may be somebody else's by now.
            run(List.of("mount", "--no-canonicalize", "--bind", held.place().toString(), target.toString()));
            if (!held.isSameAs(target)) {
                unmountBelow(target);
                throw new IOException(part + " changed while it was mounted");
            }
        }
    }

    public boolean isMounted(Path target) throws IOException {
        return all().contains(target.toAbsolutePath());
    }

    /** Unmounts a folder and everything below it, whoever still uses it. */
    public void unmountBelow(Path root) throws IOException {
        Path absolute = root.toAbsolutePath();
        for (Path target : all().reversed()) {
            if (target.startsWith(absolute)) {
                run(List.of("umount", "--lazy", "--no-canonicalize", target.toString()));
            }
        }
    }

    /** In the order in which they were mounted. */
    private static List<Path> all() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return lines.map(line -> Path.of(plain(line.split(" ")[4]))).toList();
        }
    }

    /** The kernel writes blanks and the like as octal numbers. */
    private static String plain(String written) {
        return written.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }

    private static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(new ArrayList<>(command))
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
        try {
            if (process.waitFor() != 0) {
                throw new IOException(said);
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running " + command.getFirst(), e);
        }
    }
}
