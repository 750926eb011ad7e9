package io.lembos.integration.bench;

import io.lembos.integration.cluster.AdminHttp;
import io.lembos.integration.cluster.TestCluster;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Creates, gets and lists per second over TLS, authenticated and authorized, load and server on the same machine. Creates
 * are durable when they are answered.
 */
final class ApiBench {
    private static final int RUNS = 5;
    private static final int WRITERS = 64;
    private static final double SECONDS = 4;
    private static final int LISTED = 10_000;
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String PODS = "/api/v1/namespaces/default/pods";

    private ApiBench() {}

    static void run() {
        try (TestCluster cluster = TestCluster.create("bench").up("--runtime", "simulated")) {
            AtomicLong next = new AtomicLong();
            Samples creates = new Samples();
            Samples gets = new Samples();
            Samples gets2 = new Samples();
            Samples lists = new Samples();
            try (AdminHttp http = AdminHttp.of(cluster, HttpVersion.HTTP_1_1, WRITERS);
                    AdminHttp http2 = AdminHttp.of(cluster, HttpVersion.HTTP_2, 4)) {
                for (int i = 0; i <= RUNS; i++) {
                    Samples ignored = new Samples(); // The first round warms the JVM up.
                    create(http, next, i == 0 ? ignored : creates);
                    get(http, i == 0 ? ignored : gets);
                    get(http2, i == 0 ? ignored : gets2);
                }
                fill(http);
                for (int i = 0; i <= RUNS; i++) {
                    list(http, i == 0 ? new Samples() : lists);
                }
            }
            Bench.print("creates of a 1 KB ConfigMap, 64 writers, durable", creates.show("%.0f", "/s"));
            Bench.print("gets, 64 connections HTTP/1.1 TLS", gets.show("%.0f", "/s"));
            Bench.print("gets, 64 at once over 4 connections HTTP/2 TLS", gets2.show("%.0f", "/s"));
            Bench.print("lists of " + LISTED + " pods, TLS", lists.show("%.0f", "MB/s"));
            Bench.print(
                    "RSS afterwards, " + (next.get() + LISTED) + " objects",
                    IdleBench.residentKilobytes(cluster.process().pid()) / 1024 + " MiB");
        }
    }

    private static void create(AdminHttp http, AtomicLong next, Samples into) {
        into.add(new ClosedLoop(WRITERS, SECONDS)
                .run(
                        ApiBench::require,
                        (ok, failed) -> http.post(
                                CONFIG_MAPS,
                                configMap("bench-" + next.incrementAndGet()),
                                code -> (code == 201 ? ok : failed).run())));
    }

    private static void get(AdminHttp http, Samples into) {
        into.add(new ClosedLoop(WRITERS, SECONDS)
                .run(
                        ApiBench::require,
                        (ok, failed) ->
                                http.get(CONFIG_MAPS + "/bench-1", length -> (length > 0 ? ok : failed).run())));
    }

    /** Makes the pods of the list, which no scheduler looks at. */
    private static void fill(AdminHttp http) {
        AtomicLong pods = new AtomicLong();
        while (pods.get() < LISTED) {
            new ClosedLoop(WRITERS, 1)
                    .run(
                            ApiBench::require,
                            (ok, failed) -> http.post(
                                    PODS,
                                    pod("bench-" + pods.incrementAndGet()),
                                    code -> (code == 201 ? ok : failed).run()));
        }
    }

    private static void list(AdminHttp http, Samples into) {
        AtomicLong bytes = new AtomicLong();
        CountDownLatch done = new CountDownLatch(10);
        long begun = System.nanoTime();
        for (int i = 0; i < 2; i++) {
            listAgain(http, bytes, done);
        }
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        into.add(bytes.get() / 1e6 / ((System.nanoTime() - begun) / 1e9));
    }

    private static void listAgain(AdminHttp http, AtomicLong bytes, CountDownLatch done) {
        http.stream(PODS + "?limit=" + LISTED, () -> {}, piece -> bytes.addAndGet(piece.length()), () -> {
            done.countDown();
            if (done.getCount() > 1) {
                listAgain(http, bytes, done);
            }
        });
    }

    private static void require(AtomicLong failures) {
        if (failures.get() > 0) {
            throw new IllegalStateException(failures + " requests failed");
        }
    }

    private static String pod(String name) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"" + name
                + "\",\"labels\":{\"app\":\"bench\"}},\"spec\":{\"schedulerName\":\"nobody\",\"containers\":"
                + "[{\"name\":\"main\",\"image\":\"registry.k8s.io/pause:3.10\",\"ports\":[{\"containerPort\":80}],"
                + "\"resources\":{\"requests\":{\"cpu\":\"100m\",\"memory\":\"500Mi\"}}}]}}";
    }

    static String configMap(String name) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name
                + "\"},\"data\":{\"key\":\"" + "x".repeat(800) + "\"}}";
    }
}
