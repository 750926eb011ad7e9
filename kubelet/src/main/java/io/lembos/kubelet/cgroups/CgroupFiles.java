package io.lembos.kubelet.cgroups;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Cgroups as files, of version 1 or 2 by what the machine has.
 *
 * @param root where they are mounted
 */
public record CgroupFiles(Path root) {
    private static final List<String> CONTROLLERS = List.of("cpu", "cpuset", "io", "memory", "pids", "hugetlb");

    public static CgroupFiles ofMachine() {
        return new CgroupFiles(Path.of("/sys/fs/cgroup"));
    }

    /** Whether there is one tree for everything: version 2. */
    public boolean isUnified() {
        return Files.exists(root.resolve("cgroup.controllers"));
    }

    /**
     * Makes a cgroup if it is not there, and those above it.
     *
     * @param cgroup such as {@code /lembos-demo/kubepods}
     */
    public void make(String cgroup) throws IOException {
        if (!isUnified()) {
            for (String controller : List.of("cpu", "memory")) {
                Files.createDirectories(root.resolve(controller).resolve(cgroup.substring(1)));
            }
            return;
        }
        Path above = root;
        for (Path step : Path.of(cgroup.substring(1))) {
            enable(above);
            above = above.resolve(step);
            Files.createDirectories(above);
        }
        enable(above);
    }

    public void limit(String cgroup, CgroupLimits limits) throws IOException {
        long quota = limits.cpuQuotaMicros();
        if (isUnified()) {
            Path folder = root.resolve(cgroup.substring(1));
            write(folder, "cpu.weight", String.valueOf(limits.cpuWeight()));
            write(folder, "cpu.max", (quota == 0 ? "max" : quota) + " " + CgroupLimits.CPU_PERIOD_MICROS);
            write(folder, "memory.max", limits.memoryBytes() == 0 ? "max" : String.valueOf(limits.memoryBytes()));
            return;
        }
        Path cpu = root.resolve("cpu").resolve(cgroup.substring(1));
        write(cpu, "cpu.shares", String.valueOf(limits.cpuShares()));
        write(cpu, "cpu.cfs_period_us", String.valueOf(CgroupLimits.CPU_PERIOD_MICROS));
        write(cpu, "cpu.cfs_quota_us", quota == 0 ? "-1" : String.valueOf(quota));
        Path memory = root.resolve("memory").resolve(cgroup.substring(1));
        write(memory, "memory.limit_in_bytes", limits.memoryBytes() == 0 ? "-1" : String.valueOf(limits.memoryBytes()));
    }

    /** Removes an empty cgroup with what is below it, from every hierarchy. Absent is success. */
    public void remove(String cgroup) throws IOException {
        String relative = cgroup.substring(1);
        removeEmpty(root.resolve(relative));
        if (!Files.isDirectory(root)) {
            return;
        }
        try (Stream<Path> hierarchies = Files.list(root)) {
            for (Path hierarchy : hierarchies.filter(Files::isDirectory).toList()) {
                removeEmpty(hierarchy.resolve(relative));
            }
        }
    }

    /** A controller that the machine does not have or the parent does not give is nobody's failure. */
    private static void enable(Path folder) throws IOException {
        String present = Files.readString(folder.resolve("cgroup.controllers"));
        for (String controller : CONTROLLERS) {
            if (List.of(present.trim().split(" ")).contains(controller)) {
                write(folder, "cgroup.subtree_control", "+" + controller);
            }
        }
    }

    private static void write(Path folder, String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
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
            } catch (FileSystemException e) {
                return; // Something still runs in it; it is looked at again when the node agent starts anew.
            }
        }
    }
}
