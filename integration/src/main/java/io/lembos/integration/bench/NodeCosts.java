package io.lembos.integration.bench;

import io.lembos.integration.cluster.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a cluster's node has on this machine: the server's process, those of its container runtime, and what they make.
 *
 * @param server number of the server's process
 * @param files the cluster's folder, which each helper has on its command line
 * @param group name of the control group of all pods
 */
public record NodeCosts(long server, Path files, String group) {
    private static final Path GROUPS = Path.of("/sys/fs/cgroup");
    private static final int OWN_TICKS = 11;
    private static final int LAST_CHILD_TICKS = 14;

    public static NodeCosts of(TestCluster cluster) {
        String index = cluster.status().path("podCIDR").asText().split("\\.")[2];
        return new NodeCosts(cluster.process().pid(), cluster.files(), "lembos" + index);
    }

    /** Of the server and its helpers that live, with the children that they have waited for. */
    double cpuSeconds() {
        return Stream.concat(Stream.of(server), helpers().stream())
                        .mapToLong(NodeCosts::ticks)
                        .sum()
                / IdleBench.TICKS_PER_SECOND;
    }

    private static long ticks(long pid) {
        String stat = read(Path.of("/proc/" + pid + "/stat"));
        if (stat.isEmpty()) {
            return 0;
        }
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long sum = 0;
        for (int field = OWN_TICKS; field <= LAST_CHILD_TICKS; field++) {
            sum += Long.parseLong(fields[field]);
        }
        return sum;
    }

    /** Containerd and its shims, or conmons. */
    private List<Long> helpers() {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> pid != server)
                .filter(pid -> read(Path.of("/proc/" + pid + "/cmdline")).contains(files.toString()))
                .toList();
    }

    /** Memory of the server, and of the helpers with their share of what they have in common. */
    String memory() {
        List<Long> helpers = helpers();
        double shared =
                helpers.stream().mapToLong(NodeCosts::proportionalKibibytes).sum() / 1024.0;
        return String.format(
                Locale.ROOT,
                "%d MiB + %.0f MiB in %d processes",
                IdleBench.residentKilobytes(server) / 1024,
                shared,
                helpers.size());
    }

    private static long proportionalKibibytes(long pid) {
        return read(Path.of("/proc/" + pid + "/smaps_rollup"))
                .lines()
                .filter(line -> line.startsWith("Pss:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    /** Counts of what pods leave if they leave something. */
    public String remains() {
        long mounts = read(Path.of("/proc/self/mountinfo"))
                .lines()
                .filter(line -> line.contains(files.toString()))
                .count();
        long groups = children(GROUPS).stream()
                .mapToLong(tree -> descendants(tree.resolve(group)))
                .sum();
        return "%d processes, %d mounts and network namespaces, %d control groups, %d addresses"
                .formatted(helpers().size(), mounts, groups, leases());
    }

    private long leases() {
        return Stream.of("containerd/cni-leases", "runtime/leases")
                .map(folder -> files.resolve(folder).resolve(group))
                .filter(Files::isDirectory)
                .mapToLong(folder -> {
                    try (Stream<Path> all = Files.list(folder)) {
                        return all.filter(file -> file.getFileName().toString().startsWith("10."))
                                .count();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .sum();
    }

    /** Without the groups of all pods and of the classes of service, which stay. */
    private static long descendants(Path parent) {
        return children(parent).stream()
                .mapToLong(child -> descendants(child) + (stays(child) ? 0 : 1))
                .sum();
    }

    private static boolean stays(Path group) {
        return Set.of("kubepods", "burstable", "besteffort")
                .contains(group.getFileName().toString());
    }

    private static List<Path> children(Path parent) {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(parent)) {
            return all.filter(Files::isDirectory).toList();
        } catch (IOException e) {
            return List.of(); // It went meanwhile.
        }
    }

    /** Empty if it is gone. */
    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
