package io.lembos.apiserver.semantics;

import static io.lembos.apiserver.semantics.Bodies.MAPS;
import static org.assertj.core.api.Assertions.assertThat;

import io.lembos.apiserver.registry.ResourceVersions;
import io.lembos.apiserver.store.Store;
import io.lembos.apiserver.store.StoreTimer;
import io.lembos.apiserver.store.cache.CacheLimits;
import io.lembos.apiserver.store.etcd.EtcdConfig;
import io.lembos.apiserver.store.etcd.EtcdServer;
import io.lembos.apiserver.store.etcd.EtcdStore;
import io.lembos.apiserver.testing.ApiServerFixture;
import io.lembos.apiserver.testing.HttpCaller;
import java.net.http.HttpClient.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sixteen writers, two hundred watchers that begin at random revisions and leave and come back at random, some of them so late
 * that they have to list again: in the end each of them knows just what the store holds, on every store. Replay a failure
 * with {@code -Dwatch.seed=SEED}.
 */
class WatchCorrectnessIT {
    private static final int WRITERS = 16;
    private static final int WATCHERS = 200;
    private static final int WRITES_EACH = 60;
    private static final int NAMES = 120;
    /** A server takes 100 streams per connection over HTTP/2. */
    private static final int WATCHERS_PER_CALLER = 50;
    /** A short memory, which the writers fill several times over. */
    private static final CacheLimits SHORT = new CacheLimits(200, 150);

    @TempDir
    Path directory;

    private final long seed = Long.getLong("watch.seed", System.nanoTime());

    @Test
    void everyWatcherArrivesAtTheTruthOnTheEmbeddedStore() throws Exception {
        try (ApiServerFixture api = ApiServerFixture.start(
                directory, ApiServerFixture.Options.real().with(SHORT))) {
            play(api);
        }
    }

    @Test
    void everyWatcherArrivesAtTheTruthOnEtcd() throws Exception {
        Path etcdFiles = Files.createDirectory(directory.resolve("etcd"));
        try (EtcdServer etcd = EtcdServer.start(etcdFiles);
                StoreTimer timer = StoreTimer.system()) {
            Store store = EtcdStore.open(EtcdConfig.of(etcd.endpoint()).with(SHORT), new ResourceVersions(), timer);
            ApiServerFixture.Options options = ApiServerFixture.Options.real().over(embedded -> {
                embedded.close();
                return store;
            });
            try (ApiServerFixture api = ApiServerFixture.start(directory, options)) {
                play(api);
            }
        }
    }

    private void play(ApiServerFixture api) throws Exception {
        HttpCaller http = api.admin();
        long first = api.store().revision();
        write(http, new Random(seed), 100);
        long last = api.store().revision();
        List<Mirror> mirrors = mirrors(api, first, last);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> watching = new ArrayList<>();
            select(mirrors, i -> !isLate(i)).forEach(mirror -> watching.add(threads.submit(mirror)));
            List<Callable<Void>> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                Random random = new Random(seed + i);
                writers.add(() -> {
                    write(http, random, WRITES_EACH);
                    return null;
                });
            }
            for (Future<Void> writer : threads.invokeAll(writers)) {
                await(writer);
            }
            select(mirrors, WatchCorrectnessIT::isLate).forEach(mirror -> watching.add(threads.submit(mirror)));
            http.post(MAPS, map(Mirror.END, "end", "a"));
            for (Future<?> watcher : watching) {
                await(watcher);
            }
        }
        assertThat(select(mirrors, WatchCorrectnessIT::isLate))
                .as("come too late, seed %d", seed)
                .allMatch(mirror -> mirror.expired() > 0);
        Map<String, String> truth = Mirror.state(http.get(MAPS).json());
        Map<String, String> selected =
                Mirror.state(http.get(MAPS + "?labelSelector=part%3Da").json());
        for (int i = 0; i < mirrors.size(); i++) {
            assertThat(mirrors.get(i).known())
                    .as("watcher %d, seed %d", i, seed)
                    .isEqualTo(isSelective(i) ? selected : truth);
        }
    }

    private void await(Future<?> done) throws InterruptedException {
        try {
            done.get();
        } catch (ExecutionException e) {
            throw new AssertionError("seed " + seed, e.getCause());
        }
    }

    private List<Mirror> mirrors(ApiServerFixture api, long first, long last) {
        List<Mirror> mirrors = new ArrayList<>();
        Random random = new Random(seed);
        HttpCaller caller = null;
        for (int i = 0; i < WATCHERS; i++) {
            if (i % WATCHERS_PER_CALLER == 0) {
                Version version = i % (2 * WATCHERS_PER_CALLER) == 0 ? Version.HTTP_2 : Version.HTTP_1_1;
                caller = api.caller(ApiServerFixture.ADMIN, version);
            }
            long from = first + random.nextLong(last - first + 1);
            String selector = isSelective(i) ? "&labelSelector=part%3Da" : "";
            mirrors.add(new Mirror(caller, MAPS, selector, from, i % 5 == 4, i % 4 == 1, new Random(seed + i)));
        }
        return mirrors;
    }

    private static List<Mirror> select(List<Mirror> mirrors, IntPredicate which) {
        return IntStream.range(0, mirrors.size())
                .filter(which)
                .mapToObj(mirrors::get)
                .toList();
    }

    /** Comes back only when the writers have gone. */
    private static boolean isLate(int watcher) {
        return watcher % 20 < 3;
    }

    private static boolean isSelective(int watcher) {
        return watcher % 3 == 0;
    }

    /** Creates, changes, moves between the parts and deletes objects that others do the same to. */
    private static void write(HttpCaller http, Random random, int writes) {
        for (int i = 0; i < writes; i++) {
            String name = "m" + random.nextInt(NAMES);
            String part = random.nextBoolean() ? "a" : "b";
            String value = Long.toString(random.nextLong());
            int code = switch (random.nextInt(4)) {
                case 0, 1 -> http.post(MAPS, map(name, value, part)).code();
                case 2 ->
                    http.patch(MAPS + "/" + name, "merge", map(name, value, part))
                            .code();
                default -> http.delete(MAPS + "/" + name).code();
            };
            assertThat(List.of(200, 201, 404, 409)).contains(code);
        }
    }

    private static String map(String name, String value, String part) {
        return List.of(
                        "{\"metadata\":{\"name\":\"" + name + "\",\"labels\":{\"part\":\"" + part + "\"}}",
                        "\"data\":{\"value\":\"" + value + "\"}}")
                .stream()
                .collect(Collectors.joining(","));
    }
}
