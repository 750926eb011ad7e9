package io.lembos.scheduler;

import static io.lembos.scheduler.DeviceSamples.claim;
import static io.lembos.scheduler.DeviceSamples.deviceClass;
import static io.lembos.scheduler.DeviceSamples.exactly;
import static io.lembos.scheduler.DeviceSamples.slice;
import static io.lembos.scheduler.DeviceSamples.withClaim;
import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceClaim;
import io.fabric8.kubernetes.api.model.resource.v1.ResourceSliceBuilder;
import io.lembos.api.client.Client;
import io.lembos.api.client.ListOptions;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.SystemClock;
import io.lembos.scheduler.config.SchedulerConfiguration;
import io.lembos.scheduler.config.Yaml;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong between the decision that a pod gets a device and its binding. */
class DeviceRacesTest {
    private final SystemClock clock = new SystemClock();
    private final List<Scheduler> schedulers = new ArrayList<>();
    private LiveCluster cluster;
    private Client admin;

    @BeforeEach
    void start(@TempDir Path directory) {
        cluster = new LiveCluster(directory);
        admin = cluster.admin();
        admin.create(Resources.DEVICE_CLASSES, deviceClass());
        admin.create(Resources.NODES, node("n", "4", "8Gi"));
    }

    @AfterEach
    void stop() {
        schedulers.forEach(Scheduler::close);
        cluster.close();
        clock.close();
    }

    @Test
    void schedulersThatRaceForOneDeviceNeverShareIt() throws Exception {
        admin.create(Resources.NODES, node("m", "4", "8Gi"));
        admin.create(
                Resources.RESOURCE_SLICES,
                new ResourceSliceBuilder(slice("n", 1))
                        .editSpec()
                        .withNodeName(null)
                        .withAllNodes(true)
                        .endSpec()
                        .build());
        // Each decides that its pod gets the device before the other has said so.
        CountDownLatch decided = new CountDownLatch(2);
        for (String name : List.of("default-scheduler", "second")) {
            start(
                    watching((method, arguments) -> {
                        if (method.startsWith("update") && arguments[1] instanceof ResourceClaim) {
                            decided.countDown();
                            decided.await();
                        }
                    }),
                    Yaml.read("profiles: [{schedulerName: " + name + "}]"));
        }
        admin.create(Resources.RESOURCE_CLAIMS, claim("a", exactly(1)));
        admin.create(Resources.RESOURCE_CLAIMS, claim("b", exactly(1)));
        cluster.create(withClaim(only(pod("a", "1m", "1Ki"), "n"), "a"), "default-scheduler");
        cluster.create(withClaim(only(pod("b", "1m", "1Ki"), "m"), "b"), "second");

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            assertThat(List.of("a", "b").stream().filter(p -> cluster.node(p) != null))
                    .hasSize(1);
            String left = cluster.node("a") == null ? "a" : "b";
            assertThat(cluster.get(left).getStatus().getConditions())
                    .singleElement()
                    .satisfies(c -> assertThat(c.getMessage())
                            .containsAnyOf("1 cannot allocate all claims", "came second to a device"));
        });
        assertThat(claims().stream().filter(DeviceRacesTest::hasSomething)).hasSize(1);
    }

    @Test
    void schedulerThatEndsBeforeItWritesLeavesNothingBehind() throws Exception {
        admin.create(Resources.RESOURCE_SLICES, slice("n", 1));
        CountDownLatch writing = new CountDownLatch(1);
        Scheduler first = start(
                watching((method, arguments) -> {
                    if (method.startsWith("update") && arguments[1] instanceof ResourceClaim) {
                        writing.countDown();
                        new CountDownLatch(1).await();
                    }
                }),
                SchedulerConfiguration.DEFAULT);
        ResourceClaim before = admin.create(Resources.RESOURCE_CLAIMS, claim("a", exactly(1)));
        cluster.create(withClaim(pod("a", "1m", "1Ki"), "a"));
        writing.await();
        first.close();
        assertThat(claims()).containsExactly(before);

        start(cluster.schedulerClient(), SchedulerConfiguration.DEFAULT);
        cluster.awaitNode("a", "n");
        assertThat(claims()).allMatch(DeviceRacesTest::hasSomething);
    }

    @Test
    void podThatCannotBeBoundGivesItsDeviceBack() throws Exception {
        admin.create(Resources.RESOURCE_SLICES, slice("n", 1));
        AtomicBoolean refused = new AtomicBoolean();
        List<Boolean> written = new CopyOnWriteArrayList<>();
        start(
                watching((method, arguments) -> {
                    if (method.startsWith("update") && arguments[1] instanceof ResourceClaim claim) {
                        written.add(hasSomething(claim));
                    }
                    if (method.equals("createSubresource") && !refused.getAndSet(true)) {
                        throw ApiError.conflict("", "pods/binding", "a", "not now");
                    }
                }),
                SchedulerConfiguration.DEFAULT);
        admin.create(Resources.RESOURCE_CLAIMS, claim("a", exactly(1)));
        cluster.create(withClaim(pod("a", "1m", "1Ki"), "a"));
        cluster.awaitNode("a", "n");
        // The finalizer, what it gets, nothing, and what it gets again.
        assertThat(written).containsExactly(false, true, false, true);
        assertThat(claims().getFirst().getStatus().getReservedFor()).hasSize(1);
    }

    private static Pod only(Pod pod, String node) {
        return new PodBuilder(pod)
                .editSpec()
                .addToNodeSelector("kubernetes.io/hostname", node)
                .endSpec()
                .build();
    }

    private static boolean hasSomething(ResourceClaim claim) {
        return claim.getStatus() != null && claim.getStatus().getAllocation() != null;
    }

    private List<ResourceClaim> claims() {
        return admin.list(Resources.RESOURCE_CLAIMS, ListOptions.ALL).items();
    }

    /** What happens before a request goes out. */
    private interface Step {
        void before(String method, Object[] arguments) throws InterruptedException;
    }

    private Client watching(Step step) {
        Client real = cluster.schedulerClient();
        return (Client) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Client.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("updateStatus")) {
                        step.before("updateStatus", arguments);
                        return real.updateStatus(Resources.RESOURCE_CLAIMS, (ResourceClaim) arguments[1]);
                    }
                    step.before(method.getName(), arguments);
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private Scheduler start(Client client, SchedulerConfiguration configuration) throws InterruptedException {
        Scheduler scheduler = new Scheduler(client, clock, new Random(schedulers.size()), configuration);
        schedulers.add(scheduler);
        scheduler.start();
        return scheduler;
    }
}
