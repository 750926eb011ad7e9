package io.lembos.kubelet.node;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the machine is: read once, from {@code /proc}, {@code /etc} and {@code /sys}.
 *
 * @param memoryBytes all of it
 * @param storageBytes size of the file system that pods' files lie on
 * @param hugePages how many there are, by their size, for example {@code 2Mi}
 */
public record MachineFacts(
        int cpus,
        long memoryBytes,
        long storageBytes,
        String kernelVersion,
        String osImage,
        String architecture,
        String machineId,
        String bootId,
        Map<String, Long> hugePages) {
    private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/hugepages");

    public static MachineFacts read(Path storage) throws IOException {
        return new MachineFacts(
                Runtime.getRuntime().availableProcessors(),
                memory(),
                Files.getFileStore(existing(storage)).getTotalSpace(),
                text("/proc/sys/kernel/osrelease"),
                prettyName(),
                System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64",
                text("/etc/machine-id"),
                text("/proc/sys/kernel/random/boot_id"),
                hugePageCounts());
    }

    /** Whether the kernel confines processes by AppArmor profiles. */
    public static boolean hasAppArmor() throws IOException {
        return text("/sys/module/apparmor/parameters/enabled").equals("Y");
    }

    /** Each size has a folder {@code hugepages-2048kB}. */
    private static Map<String, Long> hugePageCounts() throws IOException {
        Map<String, Long> counts = new TreeMap<>();
        if (Files.isDirectory(HUGE_PAGES)) {
            try (DirectoryStream<Path> sizes = Files.newDirectoryStream(HUGE_PAGES)) {
                for (Path size : sizes) {
                    long mebibytes =
                            Long.parseLong(size.getFileName().toString().replaceAll("\\D", "")) / 1024;
                    String name = mebibytes >= 1024 ? mebibytes / 1024 + "Gi" : mebibytes + "Mi";
                    counts.put(
                            name,
                            Long.parseLong(text(size.resolve("nr_hugepages").toString())));
                }
            }
        }
        return counts;
    }

    private static Path existing(Path path) {
        Path present = path.toAbsolutePath();
        while (!Files.exists(present)) {
            present = present.getParent();
        }
        return present;
    }

    private static long memory() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/meminfo"))) {
            Optional<String> total =
                    lines.filter(l -> l.startsWith("MemTotal:")).findFirst();
            return total.map(l -> Long.parseLong(l.replaceAll("\\D", "")) * 1024)
                    .orElse(0L);
        }
    }

    private static String prettyName() throws IOException {
        Path release = Path.of("/etc/os-release");
        if (!Files.exists(release)) {
            return "Linux";
        }
        try (var lines = Files.lines(release)) {
            return lines.filter(l -> l.startsWith("PRETTY_NAME="))
                    .map(l -> l.substring("PRETTY_NAME=".length()).replace("\"", ""))
                    .findFirst()
                    .orElse("Linux");
        }
    }

    private static String text(String file) throws IOException {
        Path path = Path.of(file);
        return Files.exists(path) ? Files.readString(path).trim() : "";
    }
}
