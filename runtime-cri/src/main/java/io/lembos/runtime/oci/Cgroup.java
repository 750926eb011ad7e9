package io.lembos.runtime.oci;

import io.lembos.runtime.cri.v1.CpuUsage;
import io.lembos.runtime.cri.v1.MemoryUsage;
import io.lembos.runtime.cri.v1.UInt64Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The control group of one container, read where the kernel shows it: one tree (v2) or a tree per controller (v1, hybrid). */
record Cgroup(String path) {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    private static boolean isUnified() {
        return Files.exists(ROOT.resolve("cgroup.controllers"));
    }

    private Path folder(String controller) {
        String relative = path.substring(1);
        return isUnified() ? ROOT.resolve(relative) : ROOT.resolve(controller).resolve(relative);
    }

    CpuUsage cpu(long now) throws IOException {
        long nanos = isUnified()
                ? field(folder("cpu").resolve("cpu.stat"), "usage_usec") * 1000
                : number(folder("cpuacct").resolve("cpuacct.usage"));
        return CpuUsage.newBuilder()
                .setTimestamp(now)
                .setUsageCoreNanoSeconds(value(nanos))
                .build();
    }

    MemoryUsage memory(long now) throws IOException {
        Path folder = folder("memory");
        Path stat = folder.resolve("memory.stat");
        boolean unified = isUnified();
        long usage = number(folder.resolve(unified ? "memory.current" : "memory.usage_in_bytes"));
        long inactive = field(stat, unified ? "inactive_file" : "total_inactive_file");
        return MemoryUsage.newBuilder()
                .setTimestamp(now)
                .setUsageBytes(value(usage))
                .setWorkingSetBytes(value(Math.max(0, usage - inactive)))
                .setRssBytes(value(field(stat, unified ? "anon" : "total_rss")))
                .setPageFaults(value(field(stat, unified ? "pgfault" : "total_pgfault")))
                .setMajorPageFaults(value(field(stat, unified ? "pgmajfault" : "total_pgmajfault")))
                .build();
    }

    /** 0 where nobody counts them. */
    long processes() throws IOException {
        Path file = folder("pids").resolve("pids.current");
        return Files.exists(file) ? number(file) : 0;
    }

    static UInt64Value value(long number) {
        return UInt64Value.newBuilder().setValue(number).build();
    }

    private static long number(Path file) throws IOException {
        return Long.parseLong(Files.readString(file).strip());
    }

    private static long field(Path file, String name) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(
                        line -> Long.parseLong(line.substring(name.length() + 1).strip()))
                .findFirst()
                .orElse(0);
    }
}
