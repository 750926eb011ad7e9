package io.lembos.integration.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lembos.integration.cluster.AdminHttp;
import io.lembos.integration.cluster.TestCluster;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * From a pod's binding to its phase Running, as a watcher sees both: one pod at a time and a hundred at once, on containerd
 * and on our own runtime. Then what it took, and whether anything is left when the pods are gone.
 */
final class PodStartBench {
    private static final int ONE_BY_ONE = 30;
    private static final int AT_ONCE = 100;
    private static final int PATIENCE_SECONDS = 180;
    private static final int CLEANING_SECONDS = 60;
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestCluster cluster;
    private final AdminHttp http;
    private final String runtime;
    private final Map<String, Long> bound = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> running = new ConcurrentHashMap<>();
    private final Map<String, CountDownLatch> gone = new ConcurrentHashMap<>();
    private Latencies latencies = new Latencies();
    private Buffer half = Buffer.buffer();
    private String memory = "";

    private PodStartBench(TestCluster cluster, AdminHttp http, String runtime) {
        this.cluster = cluster;
        this.http = http;
        this.runtime = runtime;
    }

    static void run() {
        for (String runtime : new String[] {"containerd", "lembos"}) {
            try (TestCluster cluster = TestCluster.create("bench").up("--runtime", runtime);
                    AdminHttp http = AdminHttp.of(cluster)) {
                new PodStartBench(cluster, http, runtime).measure();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void measure() throws InterruptedException {
        CountDownLatch watching = new CountDownLatch(1);
        http.stream(PODS + "?watch=true", watching::countDown, this::piece, () -> {});
        await(watching, "watch");
        NodeCosts costs = NodeCosts.of(cluster);
        String before = costs.remains();
        round("warm", 5, false);

        latencies = new Latencies();
        round("one", ONE_BY_ONE, false);
        Bench.print(runtime + ": bound to Running, one pod at a time", latencies.show());
        latencies = new Latencies();
        double cpu = costs.cpuSeconds();
        long begun = System.nanoTime();
        round("many", AT_ONCE, true);
        Bench.print(runtime + ": bound to Running, " + AT_ONCE + " pods at once", latencies.show());
        Bench.print(
                runtime + ": " + AT_ONCE + " pods made and removed",
                String.format(
                        Locale.ROOT,
                        "%.1f s, %.1f s of CPU by agent and runtime",
                        (System.nanoTime() - begun) / 1e9,
                        costs.cpuSeconds() - cpu));
        Bench.print(runtime + ": memory with " + AT_ONCE + " pods, agent + helpers", memory);
        Bench.print(runtime + ": left a while after all pods were gone", leftovers(costs, before));
    }

    /** The node agent takes sandboxes away behind the deletion of their pods; a while is a minute at most. */
    private static String leftovers(NodeCosts costs, String before) throws InterruptedException {
        String now = costs.remains();
        for (int i = 0; i < CLEANING_SECONDS && !now.equals(before); i++) {
            new CountDownLatch(1).await(1, TimeUnit.SECONDS);
            now = costs.remains();
        }
        return now.equals(before) ? "nothing" : now + "; before there were " + before;
    }

    /** Makes pods and removes them, all together or one after the other. */
    private void round(String prefix, int pods, boolean together) throws InterruptedException {
        for (int i = 0; i < pods; i++) {
            create(prefix + i);
            if (!together) {
                await(running.get(prefix + i), prefix + i);
                remove(prefix + i);
                await(gone.get(prefix + i), prefix + i);
            }
        }
        if (together) {
            for (int i = 0; i < pods; i++) {
                await(running.get(prefix + i), prefix + i);
            }
            memory = NodeCosts.of(cluster).memory();
            for (int i = 0; i < pods; i++) {
                remove(prefix + i);
            }
            for (int i = 0; i < pods; i++) {
                await(gone.get(prefix + i), prefix + i);
            }
        }
    }

    private void create(String name) {
        running.put(name, new CountDownLatch(1));
        gone.put(name, new CountDownLatch(1));
        http.postAndRead(PODS, """
                {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%s"},
                 "spec": {"terminationGracePeriodSeconds": 0,
                          "containers": [{"name": "main", "image": "lembos.local/hello:1"}]}}
                """.formatted(name));
    }

    private void remove(String name) {
        http.deleteAll(PODS + "/" + name);
    }

    private static void await(CountDownLatch latch, String what) throws InterruptedException {
        if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(what + " took longer than " + PATIENCE_SECONDS + " s");
        }
    }

    /** Events are lines. */
    private void piece(Buffer piece) {
        half.appendBuffer(piece);
        byte[] bytes = half.getBytes();
        int from = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                event(bytes, from, i - from);
                from = i + 1;
            }
        }
        half = Buffer.buffer().appendBytes(bytes, from, bytes.length - from);
    }

    private void event(byte[] bytes, int from, int length) {
        try {
            JsonNode event = JSON.readTree(bytes, from, length);
            JsonNode pod = event.path("object");
            String name = pod.path("metadata").path("name").asText();
            if (!pod.path("spec").path("nodeName").asText().isEmpty()) {
                bound.putIfAbsent(name, System.nanoTime());
            }
            if (pod.path("status").path("phase").asText().equals("Running")
                    && running.get(name).getCount() > 0) {
                latencies.add(System.nanoTime() - bound.get(name));
                running.get(name).countDown();
            }
            if (event.path("type").asText().equals("DELETED")) {
                gone.get(name).countDown();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
