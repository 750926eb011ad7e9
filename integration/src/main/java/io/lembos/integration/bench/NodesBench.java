package io.lembos.integration.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.lembos.integration.cluster.AdminHttp;
import io.lembos.integration.cluster.TestCluster;
import io.vertx.core.http.HttpVersion;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A cluster of simulated nodes, full of pods: how long until all are ready and running, and what it costs to keep them.
 * One run. {@code LEMBOS_BENCH_NODES} and {@code LEMBOS_BENCH_PODS} choose other sizes than 5,000 and 50,000.
 */
final class NodesBench {
    private static final int NODES = size("LEMBOS_BENCH_NODES", 5_000);
    private static final int PODS = size("LEMBOS_BENCH_PODS", 50_000);
    private static final int DEPLOYMENTS = 10;
    private static final int IDLE_SECONDS = 60;
    private static final int PATIENCE_SECONDS = 1_800;

    private NodesBench() {}

    static void run() {
        try (TestCluster cluster = TestCluster.create("bench").up("--runtime", "simulated");
                AdminHttp http = AdminHttp.of(cluster, HttpVersion.HTTP_1_1, 4)) {
            measure(cluster, http);
        } catch (TimeoutException e) {
            Bench.print("gave up", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void measure(TestCluster cluster, AdminHttp http) throws InterruptedException, TimeoutException {
        long pid = cluster.process().pid();
        String nodes = String.format(Locale.ROOT, "%,d nodes", NODES);
        String pods = String.format(Locale.ROOT, "%,d pods", PODS);
        long begun = System.nanoTime();
        cluster.lembos("nodes", "add", "--simulated", String.valueOf(NODES), "--zones", "3")
                .output();
        Bench.print(nodes + " added and Ready", seconds(begun));
        rest(pid, http, nodes);

        begun = System.nanoTime();
        for (int i = 0; i < DEPLOYMENTS; i++) {
            http.postAndRead("/apis/apps/v1/namespaces/default/deployments", deployment(i));
        }
        awaitReady(http, PODS);
        double taken = (System.nanoTime() - begun) / 1e9;
        Bench.print(pods + " Running", String.format(Locale.ROOT, "%.1f s, %.0f pods/s", taken, PODS / taken));
        rest(pid, http, nodes + ", " + pods);
    }

    /** What it costs when nothing happens but heartbeats. */
    private static void rest(long pid, AdminHttp http, String what) throws InterruptedException {
        pass(20);
        long leases = revisions(http);
        long ticks = IdleBench.ticks(pid);
        pass(IDLE_SECONDS);
        double cpu = (IdleBench.ticks(pid) - ticks) / IdleBench.TICKS_PER_SECOND / IDLE_SECONDS * 100;
        double beats = (revisions(http) - leases) / (double) IDLE_SECONDS;
        Bench.print(what + ", idle: CPU, per cent of one core", String.format(Locale.ROOT, "%.1f %%", cpu));
        Bench.print(what + ", idle: writes, heartbeats nearly all", String.format(Locale.ROOT, "%.0f /s", beats));
        Bench.print(what + ", idle: RSS", IdleBench.residentKilobytes(pid) / 1024 + " MiB");
    }

    private static long revisions(AdminHttp http) {
        return http.getAndRead("/api/v1/namespaces?limit=1")
                .at("/metadata/resourceVersion")
                .asLong();
    }

    /** Follows the deployments until as many pods are ready. */
    private static void awaitReady(AdminHttp http, int wanted) throws InterruptedException, TimeoutException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        int ready = 0;
        while (ready < wanted) {
            if (System.nanoTime() > deadline) {
                throw new TimeoutException(ready + " of " + wanted + " pods ran after " + PATIENCE_SECONDS + " s");
            }
            pass(1);
            ready = 0;
            JsonNode list = http.getAndRead("/apis/apps/v1/namespaces/default/deployments");
            for (JsonNode one : list.path("items")) {
                ready += one.path("status").path("readyReplicas").asInt();
            }
        }
    }

    private static String deployment(int number) {
        return """
                {"metadata":{"name":"bench-%1$d"},"spec":{"replicas":%2$d,
                 "selector":{"matchLabels":{"app":"bench-%1$d"}},"template":{"metadata":{"labels":{"app":"bench-%1$d"}},
                 "spec":{"nodeSelector":{"node.kubernetes.io/instance-type":"simulated"},
                 "containers":[{"name":"main","image":"any","resources":{"requests":{"cpu":"100m","memory":"64Mi"}}}]}}}}
                """.formatted(number, PODS / DEPLOYMENTS);
    }

    private static String seconds(long begun) {
        return String.format(Locale.ROOT, "%.1f s", (System.nanoTime() - begun) / 1e9);
    }

    /** Time has to pass here: an idle process gives no event to wait for. */
    private static void pass(int seconds) throws InterruptedException {
        new CountDownLatch(1).await(seconds, TimeUnit.SECONDS);
    }

    private static int size(String variable, int usual) {
        return Integer.parseInt(System.getenv().getOrDefault(variable, String.valueOf(usual)));
    }
}
