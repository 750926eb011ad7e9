package io.lembos.scheduler;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.SystemClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several schedulers at one API server, and one that ends in the middle of its work. */
class SchedulersRaceTest {
    private static final int NODES = 4;
    private static final int PER_NODE = 5;

    private final SystemClock clock = new SystemClock();
    private final List<Scheduler> schedulers = new ArrayList<>();
    private LiveCluster cluster;
    private Client admin;

    @BeforeEach
    void start(@TempDir Path directory) {
        cluster = new LiveCluster(directory);
        admin = cluster.admin();
    }

    @AfterEach
    void stop() {
        schedulers.forEach(Scheduler::close);
        cluster.close();
        clock.close();
    }

    @Test
    void schedulersThatRaceForTheSameNodesNeverOvercommitOne() throws Exception {
        for (int n = 0; n < NODES; n++) {
            admin.create(Resources.NODES, node("n" + n, "1", "64Gi"));
        }
        for (int p = 0; p < 2 * NODES * PER_NODE; p++) {
            admin.create(Resources.PODS, pod("p" + p, "200m", "1Mi"));
        }
        // Each decides on all the room there is before any of them binds.
        CountDownLatch decided = new CountDownLatch(3 * NODES * PER_NODE);
        for (long seed = 1; seed <= 3; seed++) {
            scheduler(
                    beforeBinding(() -> {
                        decided.countDown();
                        decided.await();
                    }),
                    seed);
        }
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(podsByNode().values().stream()
                                .mapToLong(Long::longValue)
                                .sum())
                        .isEqualTo(NODES * PER_NODE));
        assertThat(podsByNode().values()).containsOnly((long) PER_NODE);
    }

    @Test
    void schedulerThatEndsBeforeItBindsLeavesNothingBehindAndAnotherOneGoesOn() throws Exception {
        admin.create(Resources.NODES, node("n", "1", "8Gi"));
        CountDownLatch binding = new CountDownLatch(1);
        Scheduler first = scheduler(
                beforeBinding(() -> {
                    binding.countDown();
                    new CountDownLatch(1).await();
                }),
                1);
        Pod before = admin.create(Resources.PODS, pod("p", "1", "1Gi"));
        binding.await();
        first.close();
        assertThat(admin.get(Resources.PODS, ObjectKey.of("default", "p"))).contains(before);

        scheduler(cluster.schedulerClient(), 2);
        await().untilAsserted(() -> assertThat(podsByNode()).containsEntry("n", 1L));
    }

    /** What happens instead of a request to bind, or before it goes out. */
    private interface Step {
        void run() throws InterruptedException;
    }

    private Client beforeBinding(Step step) {
        Client real = cluster.schedulerClient();
        return (Client) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Client.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("createSubresource")) {
                        step.run();
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Scheduler scheduler(Client client, long seed) throws InterruptedException {
        Scheduler scheduler = new Scheduler(client, clock, new Random(seed));
        schedulers.add(scheduler);
        scheduler.start();
        return scheduler;
    }

    private Map<String, Long> podsByNode() {
        return admin.list(Resources.PODS, ListOptions.ALL).items().stream()
                .map(p -> p.getSpec().getNodeName())
                .filter(n -> n != null && !n.isEmpty())
                .collect(Collectors.groupingBy(n -> n, Collectors.counting()));
    }
}
