package io.lembos.kubelet.stats;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the whole machine has used up to now.
 *
 * @param cpuNanos busy time of all cores since the machine started
 * @param workingSetBytes memory that could not be taken back without harm
 * @param availableBytes memory that could
 * @param totalBytes all memory
 */
public record MachineUsage(long cpuNanos, long workingSetBytes, long availableBytes, long totalBytes) {
    private static final long NANOS_PER_TICK = 10_000_000; // USER_HZ is 100 on every Linux that we know.
    private static final int IDLE = 3;
    private static final int IOWAIT = 4;
    private static final int STEAL = 7;

    public static MachineUsage read() throws IOException {
        return of(Files.readAllLines(Path.of("/proc/stat")), Files.readAllLines(Path.of("/proc/meminfo")));
    }

    /** @param stat and meminfo: lines of the files of these names below {@code /proc} */
    static MachineUsage of(List<String> stat, List<String> meminfo) {
        String[] ticks = stat.getFirst().strip().split("\\s+");
        long busy = 0;
        for (int i = 1; i <= STEAL + 1 && i < ticks.length; i++) {
            if (i - 1 != IDLE && i - 1 != IOWAIT) {
                busy += Long.parseLong(ticks[i]);
            }
        }
        Map<String, Long> memory = new HashMap<>();
        for (String line : meminfo) {
            String[] parts = line.split("[:\\s]+");
            memory.put(parts[0], Long.parseLong(parts[1]) * 1024);
        }
        long total = memory.getOrDefault("MemTotal", 0L);
        long available = memory.getOrDefault("MemAvailable", 0L);
        return new MachineUsage(busy * NANOS_PER_TICK, total - available, available, total);
    }
}
