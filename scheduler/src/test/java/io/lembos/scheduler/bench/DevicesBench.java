package io.lembos.scheduler.bench;

import static io.lembos.scheduler.bench.Recipe.MEASURED;

import io.lembos.api.meta.Resources;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * scheduler_perf's SteadyStateClusterResourceClaimTemplate on {@value SchedulerDevices#NODES} nodes: ten pods come and go
 * for ten seconds, in a cluster of whose devices none, half, or all but ten are taken.
 */
final class DevicesBench {
    private static final String INIT = "sched-0";
    private static final int RUNS = 5;

    private record Case(String name, int taken, int upstream) {}

    private static final List<Case> CASES =
            List.of(new Case("empty", 0, 64), new Case("half", 2_500, 70), new Case("full", 4_990, 60));

    private DevicesBench() {}

    static void run() {
        String only = System.getProperty("recipe", "");
        for (Case each : CASES) {
            String name = "SteadyStateClusterResourceClaimTemplate " + each.name();
            if (name.contains(only)) {
                Samples rates = new Samples();
                for (int i = 0; i < RUNS; i++) {
                    rates.add(measure(each));
                }
                SchedulerBenchmark.print(
                        name,
                        String.format(
                                Locale.ROOT,
                                "%s; kube-scheduler's threshold %d pods/s",
                                rates.show("%.0f", "pods/s"),
                                each.upstream()));
            }
        }
    }

    private static double measure(Case each) {
        try (SchedulerCluster cluster = new SchedulerCluster()) {
            cluster.create(Resources.NODES, SchedulerDevices.NODES, i -> SchedulerPods.node("node-" + i, null));
            cluster.namespace(INIT, Map.of());
            cluster.namespace(MEASURED, Map.of());
            SchedulerDevices.offer(cluster, INIT, MEASURED);
            cluster.create(each.taken(), SchedulerDevices.pod(INIT));
            cluster.awaitBound(INIT, each.taken());
            return SchedulerDevices.steady(cluster);
        }
    }
}
