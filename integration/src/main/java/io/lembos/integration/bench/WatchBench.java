package io.lembos.integration.bench;

import io.lembos.integration.cluster.AdminHttp;
import io.lembos.integration.cluster.TestCluster;
import io.vertx.core.http.HttpVersion;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Events delivered to watchers over TLS, load and server on the same machine: a given number of objects is created as fast
 * as it goes, and every watcher must see each of them.
 */
final class WatchBench {
    private static final int RUNS = 5;
    /** Enough for what is compiled while it runs not to weigh. */
    private static final int DELIVERED = 400_000;

    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

    private WatchBench() {}

    static void run() {
        try (TestCluster cluster = TestCluster.create("bench").up("--runtime", "simulated")) {
            for (int watchers : new int[] {100, 1000}) {
                Samples rate = new Samples();
                for (int i = 0; i <= RUNS; i++) {
                    double measured = fanOut(cluster, watchers, i + "-" + watchers);
                    if (i > 0) {
                        rate.add(measured);
                    }
                }
                Bench.print("watch events delivered, " + watchers + " watchers, HTTP/2 TLS", rate.show("%.0f", "/s"));
            }
        }
    }

    private static double fanOut(TestCluster cluster, int watchers, String round) {
        try (AdminHttp watching = AdminHttp.of(cluster, HttpVersion.HTTP_2, Math.max(1, watchers / 100));
                AdminHttp writing = AdminHttp.of(cluster, HttpVersion.HTTP_1_1, 16)) {
            AtomicLong newlines = new AtomicLong();
            int created = DELIVERED / watchers;
            long expected = (long) watchers * created;
            CountDownLatch begun = new CountDownLatch(watchers);
            CountDownLatch all = new CountDownLatch(1);
            String from = CONFIG_MAPS + "?watch=true&resourceVersion="
                    + writing.getAndRead(CONFIG_MAPS + "?limit=1")
                            .at("/metadata/resourceVersion")
                            .asText();
            for (int i = 0; i < watchers; i++) {
                watching.stream(
                        from,
                        begun::countDown,
                        piece -> {
                            long count = 0;
                            for (int b = 0; b < piece.length(); b++) {
                                count += piece.getByte(b) == '\n' ? 1 : 0;
                            }
                            if (newlines.addAndGet(count) >= expected) {
                                all.countDown();
                            }
                        },
                        () -> {});
            }
            require(begun.await(60, TimeUnit.SECONDS), "not all watches began");
            long start = System.nanoTime();
            AtomicLong next = new AtomicLong();
            for (int i = 0; i < 16; i++) {
                create(writing, next, created, round);
            }
            require(
                    all.await(120, TimeUnit.SECONDS),
                    "next " + next + " only " + newlines + " of " + expected + " events came");
            return expected / ((System.nanoTime() - start) / 1e9);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void create(AdminHttp http, AtomicLong next, int created, String round) {
        long number = next.incrementAndGet();
        if (number <= created) {
            String body = ApiBench.configMap("w" + round + "-" + number)
                    .replace("\"metadata\":{", "\"metadata\":{\"labels\":{\"round\":\"" + round + "\"},");
            http.post(CONFIG_MAPS, body, code -> create(http, next, created, round));
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
