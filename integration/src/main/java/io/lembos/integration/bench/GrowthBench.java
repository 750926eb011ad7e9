package io.lembos.integration.bench;

import io.lembos.integration.cluster.AdminHttp;
import io.lembos.integration.cluster.TestCluster;
import io.vertx.core.http.HttpVersion;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How the API server answers when it holds 1,000, 10,000 and 100,000 objects, beside puts into and gets from an etcd that holds as many:
 * rates, latencies, bytes allocated per request, memory per object. One run per size, after one that warms up.
 */
final class GrowthBench {
    private static final int[] SIZES = {1_000, 10_000, 100_000};
    private static final int WRITERS = 64;
    private static final double SECONDS = 3;
    private static final double WARM_UP_SECONDS = 8;
    private static final double MEGA = 1e6;
    private static final int LISTED = 10_000;
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String WARM = "/api/v1/namespaces/kube-public/configmaps";

    private final TestCluster cluster;
    private final AdminHttp http;
    private final EtcdLoad etcd;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong warm = new AtomicLong();

    private GrowthBench(TestCluster cluster, AdminHttp http, EtcdLoad etcd) {
        this.cluster = cluster;
        this.http = http;
        this.etcd = etcd;
    }

    static void run() {
        try (TestCluster cluster = TestCluster.create("bench").up("--runtime", "simulated");
                AdminHttp http = AdminHttp.of(cluster, HttpVersion.HTTP_1_1, WRITERS);
                EtcdLoad etcd = new EtcdLoad(ApiBench.configMap("bench"))) {
            new GrowthBench(cluster, http, etcd).measure();
        }
    }

    private void measure() {
        loop(WARM_UP_SECONDS, new Latencies(), (ok, failed) -> create(WARM, warm, ok, failed));
        http.deleteAll(WARM);
        long smallest = 0;
        for (int size : SIZES) {
            fill(size);
            etcd.fill(WRITERS, size);
            http.get(CONFIG_MAPS + "?limit=1", length -> {});
            long resident = IdleBench.residentKilobytes(cluster.process().pid());
            smallest = size == SIZES[0] ? resident : smallest;
            String with = ", " + String.format(Locale.ROOT, "%,d", size) + " objects";
            Latencies creates = new Latencies();
            long before = allocated();
            long first = next.get();
            double rate = loop(SECONDS, creates, (ok, failed) -> create(CONFIG_MAPS, next, ok, failed));
            show("creates" + with, rate, creates, (allocated() - before) / Math.max(1, next.get() - first));
            Latencies puts = new Latencies();
            show("etcd's own puts" + with, etcd.run(WRITERS, SECONDS, puts), puts, 0);
            Latencies gets = new Latencies();
            before = allocated();
            AtomicLong got = new AtomicLong();
            rate = loop(SECONDS, gets, (ok, failed) -> get(got, size, ok, failed));
            show("gets" + with, rate, gets, (allocated() - before) / Math.max(1, got.get()));
            Latencies etcdGets = new Latencies();
            show("etcd's own gets" + with, etcd.gets(WRITERS, SECONDS, etcdGets), etcdGets, 0);
            Bench.print("lists of up to 10,000" + with, String.format(Locale.ROOT, "%.0f MB/s", list()));
            Bench.print("RSS" + with, resident / 1024 + " MiB");
            if (size == SIZES[SIZES.length - 1]) {
                long each = (resident - smallest) * 1024 / (size - SIZES[0]);
                Bench.print("memory per stored object of 1 KB", each + " bytes");
            }
        }
    }

    private static void show(String what, double rate, Latencies latencies, long bytesEach) {
        String allocated = bytesEach == 0 ? "" : ", " + bytesEach / 1024 + " KiB allocated each";
        Bench.print(what, String.format(Locale.ROOT, "%.0f /s, %s%s", rate, latencies.show(), allocated));
    }

    private double loop(double seconds, Latencies latencies, ClosedLoop.Request request) {
        return new ClosedLoop(WRITERS, seconds, latencies)
                .run(
                        failures -> {
                            if (failures.get() > 0) {
                                throw new IllegalStateException(failures + " requests failed");
                            }
                        },
                        request);
    }

    private void create(String collection, AtomicLong counter, Runnable ok, Runnable failed) {
        String name = "bench-" + counter.incrementAndGet();
        http.post(collection, ApiBench.configMap(name), code -> (code == 201 ? ok : failed).run());
    }

    private void get(AtomicLong count, int size, Runnable ok, Runnable failed) {
        long which = 1 + count.incrementAndGet() * 7919 % size;
        http.get(CONFIG_MAPS + "/bench-" + which, length -> (length > 0 ? ok : failed).run());
    }

    private void fill(int size) {
        while (next.get() < size) {
            loop(1, new Latencies(), (ok, failed) -> create(CONFIG_MAPS, next, ok, failed));
        }
    }

    private double list() {
        int times = 8;
        AtomicLong bytes = new AtomicLong();
        CountDownLatch done = new CountDownLatch(times);
        long begun = System.nanoTime();
        for (int i = 0; i < times; i++) {
            http.stream(
                    CONFIG_MAPS + "?limit=" + LISTED,
                    () -> {},
                    piece -> bytes.addAndGet(piece.length()),
                    done::countDown);
        }
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return bytes.get() / MEGA / ((System.nanoTime() - begun) / 1e9);
    }

    /** Bytes that the server has allocated since it began. */
    private long allocated() {
        return http.text("/metrics")
                .lines()
                .filter(line -> line.startsWith("jvm_memory_allocated_bytes_total "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .findFirst()
                .orElse(0);
    }
}
