package io.lembos.scheduler;

import static io.lembos.scheduler.Samples.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.client.ListOptions;
import io.lembos.api.client.Patch;
import io.lembos.api.error.ApiError;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.ResourceType;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.FakeClock;
import io.lembos.apiserver.InProcessApi;
import io.lembos.apiserver.authz.BootstrapPolicy;
import io.lembos.apiserver.registry.ResourceVersions;
import io.lembos.apiserver.store.StoreTimer;
import io.lembos.apiserver.store.embedded.EmbeddedConfig;
import io.lembos.apiserver.store.embedded.EmbeddedStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Preemption against an API server in this process. Its clock stands still, and no node ends a pod: one with a grace period
 * stays until the test removes it.
 */
class PreemptionEndToEndTest {
    private static final ResourceType<GenericKubernetesResource> PRIORITY_CLASSES = new ResourceType<>(
            "scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", false, GenericKubernetesResource.class);

    private final FakeClock clock = new FakeClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final StoreTimer timer = StoreTimer.system();
    private EmbeddedStore store;
    private InProcessApi api;
    private Client admin;
    private Scheduler scheduler;

    /** What stands between the scheduler and each deletion. */
    private Runnable beforeDeletion = () -> {};

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        store = EmbeddedStore.open(EmbeddedConfig.in(directory), new ResourceVersions(), timer);
        api = InProcessApi.over(store, clock, new Random(7));
        admin = api.client(Identity.of("admin", Identity.MASTERS));
        admin.create(
                Resources.NAMESPACES,
                new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("default")
                        .endMetadata()
                        .build());
        priorityClass("least", 0, "PreemptLowerPriority");
        priorityClass("low", 1, "PreemptLowerPriority");
        priorityClass("middle", 5, "PreemptLowerPriority");
        priorityClass("high", 10, "PreemptLowerPriority");
        priorityClass("patient", 10, "Never");
    }

    @AfterEach
    void stop() {
        scheduler.close();
        api.close();
        store.close();
        timer.close();
    }

    @Test
    void leastImportantPodsGoAndTheirNodeIsTaken() throws Exception {
        place("a", "middle", 0, "m0", "m1", "m2", "m3");
        place("b", "low", 0, "l0", "l1", "l2", "l3");
        startScheduler();
        create(pod("p", "high", "3", 0));
        awaitNode("p", "b");
        assertThat(names()).hasSize(6).contains("p", "m0", "m1", "m2", "m3");
        assertThat(get("p").getStatus().getNominatedNodeName()).isNull();
        assertThat(get("p").getMetadata().getUid()).isNotNull();
        await().untilAsserted(() -> assertThat(events("Preempted")).hasSize(3).allSatisfy(event -> {
            assertThat(event.getInvolvedObject().getName()).startsWith("l");
            assertThat(event.getType()).isEqualTo("Normal");
            assertThat(event.getMessage())
                    .isEqualTo("Preempted by pod " + get("p").getMetadata().getUid() + " on node b");
        }));
        assertThat(events("FailedScheduling"))
                .extracting(Event::getMessage)
                .contains("0/2 nodes are available: 2 Insufficient cpu.");
    }

    @Test
    void budgetIsRespectedWhenAnotherNodeHasFreeVictims() throws Exception {
        place("a", "low", 0, "guarded0", "guarded1", "guarded2", "guarded3");
        place("b", "middle", 0, "free0", "free1", "free2", "free3");
        budget("guarded0", "guarded1", "guarded2", "guarded3");
        startScheduler();
        create(pod("p", "high", "3", 0));
        awaitNode("p", "b");
        assertThat(names()).contains("guarded0", "guarded1", "guarded2", "guarded3");
    }

    @Test
    void podWaitsAtItsNodeWhileVictimsEndAndOthersAreScheduled() throws Exception {
        place("a", "low", 30, "victim");
        startScheduler();
        create(pod("p", "high", "3500m", 0));
        await().untilAsserted(() -> {
            assertThat(get("p").getStatus().getNominatedNodeName()).isEqualTo("a");
            assertThat(get("victim").getMetadata().getDeletionTimestamp()).isNotNull();
        });
        assertThat(get("victim").getStatus().getConditions())
                .filteredOn(c -> c.getType().equals("DisruptionTarget"))
                .singleElement()
                .satisfies(c -> {
                    assertThat(c.getStatus()).isEqualTo("True");
                    assertThat(c.getReason()).isEqualTo("PreemptionByScheduler");
                    assertThat(c.getMessage())
                            .isEqualTo("default-scheduler: preempting to accommodate a higher priority pod");
                });
        // What is left of the node is promised; a pod that is as important may not take it either.
        create(pod("late", "high", "600m", 0));
        awaitMessage("late", "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: ");
        admin.create(Resources.NODES, node("b", "1", "32Gi"));
        awaitNode("late", "b");
        assertThat(get("p").getSpec().getNodeName()).isNull();

        admin.delete(Resources.PODS, key("victim"), DeleteOptions.now(""));
        awaitNode("p", "a");
    }

    @Test
    void podThatWaitsDoesNotLookForMoreVictims() throws Exception {
        place("a", "low", 30, "victim");
        place("b", "low", 30, "other");
        startScheduler();
        create(pod("p", "high", "3500m", 0));
        await().until(() -> get("p").getStatus().getNominatedNodeName() != null);
        String other = get("p").getStatus().getNominatedNodeName().equals("a") ? "other" : "victim";
        create(pod("q", "low", "200m", 0)); // Comes and goes: the end of a pod is what p waits for.
        await().until(() -> get("q").getSpec().getNodeName() != null);
        admin.delete(Resources.PODS, key("q"), DeleteOptions.now(""));
        awaitMessage("p", "preemption: not eligible due to a terminating pod on the nominated node.");
        assertThat(get(other).getMetadata().getDeletionTimestamp()).isNull();
    }

    @Test
    void nominationOutlivesTheScheduler() throws Exception {
        place("a", "low", 30, "victim");
        startScheduler();
        create(pod("p", "high", "3500m", 0));
        await().until(() -> get("p").getStatus().getNominatedNodeName() != null);
        scheduler.close();
        create(pod("thief", "low", "400m", 0));
        startScheduler();
        awaitMessage(
                "thief",
                "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: "
                        + "0/1 nodes are available: 1 No preemption victims found for incoming pod.");
        admin.delete(Resources.PODS, key("victim"), DeleteOptions.now(""));
        awaitNode("p", "a");
        awaitNode("thief", "a");
    }

    @Test
    void restartedSchedulerEvictsNobodyElseForAPodThatWaits() throws Exception {
        place("a", "low", 30, "victim");
        startScheduler();
        create(pod("p", "high", "3500m", 0));
        await().until(() -> get("p").getStatus().getNominatedNodeName() != null);
        scheduler.close();
        place("b", "least", 30, "better");
        startScheduler();
        awaitMessage("p", "preemption: not eligible due to a terminating pod on the nominated node.");
        assertThat(get("better").getMetadata().getDeletionTimestamp()).isNull();
        assertThat(get("p").getStatus().getNominatedNodeName()).isEqualTo("a");
    }

    @Test
    void moreImportantPodTakesTheNodeFromOneThatWaits() throws Exception {
        place("a", "low", 30, "victim");
        startScheduler();
        create(pod("first", "middle", "3500m", 0));
        await().until(() -> get("first").getStatus().getNominatedNodeName() != null);
        create(pod("second", "high", "3500m", 0));
        await().untilAsserted(() -> {
            assertThat(get("second").getStatus().getNominatedNodeName()).isEqualTo("a");
            assertThat(get("first").getStatus().getNominatedNodeName()).isNull();
        });
        admin.delete(Resources.PODS, key("victim"), DeleteOptions.now(""));
        awaitNode("second", "a");
    }

    @Test
    void placeOfAPodThatGivesUpGoesToOthers() throws Exception {
        place("a", "low", 30, "victim");
        startScheduler();
        create(pod("p", "high", "3500m", 0));
        await().until(() -> get("p").getStatus().getNominatedNodeName() != null);
        create(pod("q", "low", "100m", 0));
        awaitMessage("q", "Insufficient cpu");
        admin.delete(Resources.PODS, key("p"), DeleteOptions.now(""));
        awaitNode("q", "a");
    }

    @Test
    void nominationIsTakenBackWhenTheNodeCannotDoAnyMore() throws Exception {
        place("a", "low", 30, "victim");
        startScheduler();
        create(pod("p", "high", "3500m", 0));
        await().until(() -> get("p").getStatus().getNominatedNodeName() != null);
        admin.patch(
                Resources.NODES, ObjectKey.cluster("a"), new Patch.Merge("{\"spec\":{\"unschedulable\":true}}"), "");
        admin.delete(Resources.PODS, key("victim"), DeleteOptions.now(""));
        await().untilAsserted(() ->
                assertThat(get("p").getStatus().getNominatedNodeName()).isNull());
        awaitMessage("p", "preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.");
    }

    @Test
    void podThatMayNotPreemptWaits() throws Exception {
        place("a", "low", 0, "l0", "l1", "l2", "l3");
        startScheduler();
        create(pod("p", "patient", "3", 0));
        awaitMessage(
                "p",
                "0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.");
        assertThat(names()).contains("l0", "l1", "l2", "l3");
    }

    @Test
    void deletionsThatHangHoldUpNobodyElse() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger hanging = new AtomicInteger();
        beforeDeletion = () -> {
            hanging.incrementAndGet();
            awaitUninterruptibly(release);
        };
        place("a", "low", 0, "l0", "l1", "l2", "l3");
        startScheduler();
        create(pod("p", "high", "3", 0));
        await().untilAsserted(() -> assertThat(hanging).hasValue(2)); // The third waits for these two.
        admin.create(Resources.NODES, node("b", "1", "32Gi"));
        create(pod("q", "low", "500m", 0));
        awaitNode("q", "b");
        admin.create(Resources.NODES, node("c", "4", "32Gi")); // Would do for p, but p is kept aside now.
        await().untilAsserted(() -> assertThat(scheduler.pendingPods().gated()).isEqualTo(1));
        assertThat(get("p").getSpec().getNodeName()).isNull();

        release.countDown();
        // On the node that was made free for it, or on the other one if it is tried before the last victim is gone.
        await().untilAsserted(() -> assertThat(get("p").getSpec().getNodeName()).isIn("a", "c"));
    }

    @Test
    void deletionThatFailsIsTriedAgain() throws Exception {
        AtomicInteger calls = new AtomicInteger();
        beforeDeletion = () -> {
            if (calls.incrementAndGet() <= 2) {
                throw ApiError.internal("no");
            }
        };
        place("a", "low", 0, "victim");
        startScheduler();
        create(pod("p", "high", "3500m", 0));
        awaitNode("p", "a");
        assertThat(calls).hasValue(3);
    }

    private void startScheduler() throws Exception {
        Client client = api.client(Identity.of(BootstrapPolicy.SCHEDULER));
        scheduler = new Scheduler(obstructed(client), clock, new Random(1));
        scheduler.start();
    }

    private Client obstructed(Client client) {
        return (Client) Proxy.newProxyInstance(
                Client.class.getClassLoader(), new Class<?>[] {Client.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("delete")) {
                        beforeDeletion.run();
                    }
                    try {
                        return method.invoke(client, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A new node with pods on it that fill it but for 0.4 CPUs. Before the scheduler starts, so that it knows of all. */
    private void place(String node, String priority, long grace, String... pods) {
        admin.create(Resources.NODES, node(node, "4", "32Gi"));
        int each = 3600 / pods.length;
        Stream.of(pods)
                .map(name -> Samples.on(pod(name, priority, each + "m", grace), node))
                .forEach(this::create);
    }

    private void budget(String... pods) {
        for (String pod : pods) {
            admin.patch(
                    Resources.PODS, key(pod), new Patch.Merge("{\"metadata\":{\"labels\":{\"app\":\"guarded\"}}}"), "");
        }
        var budget = admin.create(
                Resources.POD_DISRUPTION_BUDGETS,
                new PodDisruptionBudgetBuilder()
                        .withNewMetadata()
                        .withName("budget")
                        .withNamespace("default")
                        .endMetadata()
                        .withNewSpec()
                        .withNewSelector()
                        .addToMatchLabels("app", "guarded")
                        .endSelector()
                        .withNewMinAvailable(4)
                        .endSpec()
                        .build());
        assertThat(budget.getMetadata().getName()).isEqualTo("budget");
    }

    private void priorityClass(String name, int value, String policy) {
        GenericKubernetesResource priority = new GenericKubernetesResource();
        priority.setApiVersion("scheduling.k8s.io/v1");
        priority.setKind("PriorityClass");
        priority.setMetadata(new ObjectMetaBuilder().withName(name).build());
        priority.setAdditionalProperty("value", value);
        priority.setAdditionalProperty("preemptionPolicy", policy);
        admin.create(PRIORITY_CLASSES, priority);
    }

    private static Pod pod(String name, String priority, String cpu, long grace) {
        return new PodBuilder(Samples.pod(name, cpu, "1Gi"))
                .editSpec()
                .withPriorityClassName(priority)
                .withTerminationGracePeriodSeconds(grace)
                .endSpec()
                .build();
    }

    private void create(Pod pod) {
        admin.create(Resources.PODS, pod);
    }

    private Pod get(String name) {
        return admin.get(Resources.PODS, key(name)).orElseThrow();
    }

    private List<String> names() {
        return admin.list(Resources.PODS, ListOptions.ALL).items().stream()
                .map(p -> p.getMetadata().getName())
                .toList();
    }

    private List<Event> events(String reason) {
        return admin.list(Resources.EVENTS, ListOptions.ALL).items().stream()
                .filter(e -> e.getReason().equals(reason))
                .toList();
    }

    private void awaitNode(String name, String node) {
        await().untilAsserted(
                        () -> assertThat(get(name).getSpec().getNodeName()).isEqualTo(node));
    }

    private void awaitMessage(String name, String part) {
        await().untilAsserted(() -> assertThat(get(name).getStatus().getConditions())
                .filteredOn(c -> c.getType().equals("PodScheduled"))
                .extracting(PodCondition::getMessage)
                .singleElement()
                .asString()
                .contains(part));
    }

    private static ObjectKey key(String name) {
        return ObjectKey.of("default", name);
    }
}
