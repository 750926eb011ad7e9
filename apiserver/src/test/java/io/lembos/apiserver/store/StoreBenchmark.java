package io.lembos.apiserver.store;

import io.lembos.apiserver.store.cache.CacheLimits;
import io.lembos.apiserver.store.embedded.EmbeddedConfig;
import io.lembos.apiserver.store.embedded.EmbeddedStore;
import io.lembos.apiserver.store.etcd.EtcdConfig;
import io.lembos.apiserver.store.etcd.EtcdServer;
import io.lembos.apiserver.store.etcd.EtcdStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Prints durable commits per second of both engines in one run, and watch events delivered per second.
 *
 * <p>Run it with the test class path; the only argument is a directory on the disk to be measured. Budgets: embedded
 * with 64 writers at least 5,000/s and 3 times etcd; 300,000 events/s delivered to 1,000 watchers.
 */
public final class StoreBenchmark {
    private static final Duration RUN = Duration.ofSeconds(3);
    private static final int VALUE_BYTES = 1_024;

    private StoreBenchmark() {}

    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(args.length > 0 ? args[0] : "."), "store-benchmark");
        try (StoreTimer timer = StoreTimer.system()) {
            try (Store store = EmbeddedStore.open(
                    EmbeddedConfig.in(directory.resolve("embedded")), Materializer.identity(), timer)) {
                commits("embedded", store);
            }
            Path etcdDirectory = Files.createDirectory(directory.resolve("etcd"));
            try (EtcdServer etcd = EtcdServer.start(etcdDirectory);
                    Store store = EtcdStore.open(EtcdConfig.of(etcd.endpoint()), Materializer.identity(), timer)) {
                commits("etcd", store);
            }
            for (int watchers : new int[] {1, 100, 1_000}) {
                fanOut(directory.resolve("watch" + watchers), watchers, timer);
            }
        } finally {
            delete(directory);
        }
    }

    private static void commits(String engine, Store store) throws InterruptedException {
        run(store, 16, engine + "/warm");
        for (int writers : new int[] {1, 16, 64, 256}) {
            long done = run(store, writers, engine + "/" + writers);
            System.out.printf("%-9s %4d writers %9d commits/s%n", engine, writers, done / RUN.toSeconds());
        }
    }

    private static long run(Store store, int writers, String name) throws InterruptedException {
        byte[] value = new byte[VALUE_BYTES];
        AtomicLong done = new AtomicLong();
        long end = System.nanoTime() + RUN.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
            String prefix = "/registry/bench/" + name + "/" + w + "/";
            threads.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; System.nanoTime() < end; i++) {
                    if (store.commit(Commit.of(Op.create(prefix + i, value))) instanceof CommitResult.Committed) {
                        done.incrementAndGet();
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return done.get();
    }

    /** Eight writers of one prefix, as fast as the watchers follow: at most half a buffer ahead of the last. */
    private static void fanOut(Path directory, int watchers, StoreTimer timer) throws InterruptedException {
        CacheLimits limits = CacheLimits.defaults();
        try (Store store = EmbeddedStore.open(EmbeddedConfig.in(directory), Materializer.identity(), timer)) {
            AtomicLong delivered = new AtomicLong();
            AtomicLong committed = new AtomicLong();
            CountDownLatch failures = new CountDownLatch(1);
            for (int i = 0; i < watchers; i++) {
                store.watch("/registry/pods/", store.revision())
                        .subscribe()
                        .with(event -> delivered.incrementAndGet(), failure -> failures.countDown());
            }
            long start = System.nanoTime();
            List<Thread> writers = new ArrayList<>();
            for (int w = 0; w < 64; w++) {
                String key = "/registry/pods/ns/" + w;
                writers.add(Thread.ofVirtual().start(() -> {
                    while (System.nanoTime() - start < RUN.toNanos()) {
                        if (committed.get() - delivered.get() / watchers < limits.watchBufferEventsMax() / 2) {
                            store.commit(Commit.of(Op.put(key, new byte[VALUE_BYTES])));
                            committed.incrementAndGet();
                        } else {
                            LockSupport.parkNanos(100_000);
                        }
                    }
                }));
            }
            for (Thread writer : writers) {
                writer.join();
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    "fan-out   %4d watchers %9.0f events/s, %.0f commits/s, overflow %b%n",
                    watchers, delivered.get() / seconds, committed.get() / seconds, failures.getCount() == 0);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
