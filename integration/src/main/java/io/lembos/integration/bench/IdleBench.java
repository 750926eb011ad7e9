package io.lembos.integration.bench;

import io.lembos.integration.cluster.Checkout;
import io.lembos.integration.cluster.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What a cluster costs that nobody uses: memory and processor, empty and with three pods. */
final class IdleBench {
    private static final int RUNS = 5;
    private static final int SETTLE_SECONDS = 20;
    private static final int WINDOW_SECONDS = 10;
    static final double TICKS_PER_SECOND = 100;

    private IdleBench() {}

    static void run() {
        try (TestCluster cluster = TestCluster.create("bench").up()) {
            measure("empty cluster", cluster);
            cluster.kubectl(
                            "apply",
                            "-f",
                            Checkout.root().resolve("examples/hello/").toString())
                    .output();
            cluster.kubectl("rollout", "status", "deployment/hello", "--timeout=60s")
                    .output();
            measure("three pods", cluster);
        }
    }

    private static void measure(String what, TestCluster cluster) {
        long pid = cluster.process().pid();
        pass(SETTLE_SECONDS);
        Samples cpu = new Samples();
        Samples memory = new Samples();
        for (int i = 0; i < RUNS; i++) {
            long before = ticks(pid);
            pass(WINDOW_SECONDS);
            cpu.add((ticks(pid) - before) / TICKS_PER_SECOND / WINDOW_SECONDS * 100);
            memory.add(residentKilobytes(pid) / 1024.0);
        }
        Bench.print(what + ": RSS", memory.show("%.0f", "MiB"));
        Bench.print(what + ": CPU, per cent of one core", cpu.show("%.1f", "%"));
    }

    /** Time has to pass here: an idle process gives no event to wait for. */
    private static void pass(int seconds) {
        try {
            new CountDownLatch(1).await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static long ticks(long pid) {
        String stat = read("/proc/" + pid + "/stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    static long residentKilobytes(long pid) {
        return read("/proc/" + pid + "/status")
                .lines()
                .filter(l -> l.startsWith("VmRSS:"))
                .map(l -> Long.parseLong(l.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow();
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
