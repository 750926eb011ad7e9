package io.lembos.integration.bench;

import io.lembos.integration.cluster.TestCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a cluster takes to come up, from the start of its process, and a first pod on it. */
final class StartBench {
    private static final int RUNS = 5;
    private static final Pattern PHASE = Pattern.compile("^ *(\\d+) ms {2}(.*) \\(\\d+ ms\\)$");

    private StartBench() {}

    static void run() {
        Samples api = new Samples();
        Samples node = new Samples();
        Samples command = new Samples();
        Samples pod = new Samples();
        try (TestCluster cluster = TestCluster.create("bench").up()) {
            for (int i = 0; i < RUNS; i++) {
                cluster.lembos("down").output();
                long begun = System.nanoTime();
                cluster.up();
                command.add(secondsSince(begun));
                api.add(phase(cluster, "API server"));
                node.add(phase(cluster, "ready"));
                long applied = System.nanoTime();
                cluster.kubectl("run", "bench-" + i, "--image=lembos.local/hello:1")
                        .output();
                cluster.kubectl("wait", "--for=jsonpath={.status.phase}=Running", "pod/bench-" + i, "--timeout=60s")
                        .output();
                pod.add(secondsSince(applied));
                cluster.kubectl("delete", "pod", "bench-" + i, "--grace-period=1")
                        .output();
            }
        }
        Bench.print("process start to API ready", api.show("%.2f", "s"));
        Bench.print("process start to node Ready", node.show("%.2f", "s"));
        Bench.print("./lembos up, the whole command", command.show("%.2f", "s"));
        Bench.print("kubectl run to first pod Running (both kubectl included)", pod.show("%.2f", "s"));
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    /** When a phase of the last start ended, from the cluster's log. */
    private static double phase(TestCluster cluster, String title) {
        try {
            List<String> lines = Files.readAllLines(cluster.files().resolve("lembos.log"));
            for (int i = lines.size() - 1; i >= 0; i--) {
                Matcher line = PHASE.matcher(lines.get(i));
                if (line.matches() && line.group(2).startsWith(title)) {
                    return Long.parseLong(line.group(1)) / 1000.0;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("the log does not tell of " + title);
    }
}
