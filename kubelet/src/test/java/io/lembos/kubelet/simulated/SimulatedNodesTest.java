package io.lembos.kubelet.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.client.ListOptions;
import io.lembos.api.client.Patch;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.meta.SimulationAnnotations;
import io.lembos.api.time.FakeClock;
import io.lembos.apiserver.InProcessApi;
import io.lembos.apiserver.authz.BootstrapPolicy;
import io.lembos.apiserver.registry.ResourceVersions;
import io.lembos.apiserver.store.StoreTimer;
import io.lembos.apiserver.store.embedded.EmbeddedConfig;
import io.lembos.apiserver.store.embedded.EmbeddedStore;
import io.lembos.kubelet.status.StatusPatch;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agents of simulated nodes with their own rights, before an API server in this process. */
class SimulatedNodesTest {
    private static final String NAMESPACE = "default";
    private final FakeClock clock = new FakeClock(Instant.parse("2026-01-01T00:00:00Z"));

    @TempDir
    private Path directory;

    private StoreTimer timer;
    private EmbeddedStore store;
    private InProcessApi api;
    private Client admin;
    private SimulatedNodes agents;

    @BeforeEach
    void start() throws InterruptedException {
        timer = StoreTimer.system();
        store = EmbeddedStore.open(EmbeddedConfig.in(directory), new ResourceVersions(), timer);
        api = InProcessApi.over(store, clock, new Random(7));
        admin = api.client(Identity.of("admin", Identity.MASTERS));
        for (String name : List.of(NAMESPACE, "kube-node-lease")) {
            admin.create(
                    Resources.NAMESPACES,
                    new io.fabric8.kubernetes.api.model.NamespaceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .build());
        }
        startAgents();
    }

    @AfterEach
    void stop() {
        agents.close();
        api.close();
        store.close();
        timer.close();
    }

    @Test
    void nodeBecomesReadyWithWhatItsAnnotationSays() {
        addNode("n1", Map.of(SimulationAnnotations.CAPACITY, "cpu=8,example.com/gpu=2"));
        eventually(() -> condition("n1", "Ready").equals("True"));

        Node node = node("n1");
        assertThat(node.getStatus().getAllocatable().get("cpu").toString()).isEqualTo("8");
        assertThat(node.getStatus().getAllocatable().get("example.com/gpu").toString())
                .isEqualTo("2");
        assertThat(node.getStatus().getCapacity().get("memory").toString()).isEqualTo("32Gi");
        assertThat(node.getMetadata().getLabels())
                .containsEntry("kubernetes.io/hostname", "n1")
                .containsEntry("node.kubernetes.io/instance-type", "simulated");
        assertThat(node.getStatus().getAddresses().get(0).getAddress()).startsWith("10.192.");
        eventually(() -> lease("n1").isPresent());
        assertThat(lease("n1").get().getMetadata().getOwnerReferences().get(0).getName())
                .isEqualTo("n1");
    }

    @Test
    void statusThatComesWithTheNodeCounts() {
        admin.create(
                Resources.NODES,
                new NodeBuilder(newNode("n1", Map.of()))
                        .withNewStatus()
                        .addToCapacity("cpu", new io.fabric8.kubernetes.api.model.Quantity("16"))
                        .addToAllocatable("cpu", new io.fabric8.kubernetes.api.model.Quantity("15"))
                        .endStatus()
                        .build());
        eventually(() -> condition("n1", "Ready").equals("True"));
        assertThat(node("n1").getStatus().getCapacity().get("cpu").toString()).isEqualTo("16");
        assertThat(node("n1").getStatus().getAllocatable().get("cpu").toString())
                .isEqualTo("15");
    }

    @Test
    void leaseIsRenewedEveryTenSecondsAndTheStatusEveryFewMinutes() {
        addNode("n1", Map.of());
        eventually(() -> lease("n1").isPresent() && condition("n1", "Ready").equals("True"));
        Instant first = renewed("n1");
        String reported = node("n1").getStatus().getConditions().get(0).getLastHeartbeatTime();

        clock.advance(Duration.ofSeconds(10));
        eventually(() -> renewed("n1").isAfter(first));
        assertThat(Duration.between(first, renewed("n1"))).isLessThan(Duration.ofSeconds(11));
        assertThat(node("n1").getStatus().getConditions().get(0).getLastHeartbeatTime())
                .isEqualTo(reported);

        clock.advance(Duration.ofMinutes(5));
        eventually(() -> !node("n1")
                .getStatus()
                .getConditions()
                .get(0)
                .getLastHeartbeatTime()
                .equals(reported));
    }

    @Test
    void podRunsAndIsLetGoWhenDeleted() {
        addNode("n1", Map.of());
        addPod("p", "n1", Map.of());
        eventually(() -> phase("p").equals("Running"));
        Pod pod = pod("p").orElseThrow();
        assertThat(pod.getStatus().getPodIP()).startsWith("10.128.");
        assertThat(pod.getStatus().getHostIP())
                .isEqualTo(node("n1").getStatus().getAddresses().get(0).getAddress());

        admin.delete(Resources.PODS, ObjectKey.of(NAMESPACE, "p"), DeleteOptions.BACKGROUND);
        eventually(() -> pod("p").isEmpty());
    }

    @Test
    void podsDoNotShareAddressesEvenAfterARestart() throws InterruptedException {
        addNode("n1", Map.of());
        addPod("p1", "n1", Map.of());
        eventually(() -> phase("p1").equals("Running"));
        agents.close();
        startAgents();
        addPod("p2", "n1", Map.of());
        eventually(() -> phase("p2").equals("Running"));
        assertThat(pod("p2").get().getStatus().getPodIP())
                .isNotEqualTo(pod("p1").get().getStatus().getPodIP());
    }

    @Test
    void finalizerOfOthersHoldsAPodThatWasLetGo() {
        addNode("n1", Map.of());
        addPod("p", "n1", Map.of());
        eventually(() -> phase("p").equals("Running"));
        patchPod("p", "{\"metadata\":{\"finalizers\":[\"example.com/hold\"]}}");
        admin.delete(Resources.PODS, ObjectKey.of(NAMESPACE, "p"), DeleteOptions.BACKGROUND);
        eventually(() -> pod("p").get().getMetadata().getDeletionGracePeriodSeconds() == 0);
        untilQuiet();
        assertThat(pod("p")).isPresent();

        patchPod("p", "{\"metadata\":{\"finalizers\":null}}");
        eventually(() -> pod("p").isEmpty());
    }

    @Test
    void podEndsAsItsAnnotationsSay() {
        addNode("n1", Map.of());
        addPod("p", "n1", Map.of(SimulationAnnotations.RUN_FOR, "5s", SimulationAnnotations.EXIT_CODE, "2"));
        eventually(() -> phase("p").equals("Running"));
        clock.advance(Duration.ofSeconds(5));
        eventually(() -> phase("p").equals("Failed"));
        assertThat(pod("p").get()
                        .getStatus()
                        .getContainerStatuses()
                        .get(0)
                        .getState()
                        .getTerminated()
                        .getExitCode())
                .isEqualTo(2);
    }

    @Test
    void restartIsCountedThoughThePodRunsBeforeAndAfter() {
        addNode("n1", Map.of());
        admin.create(
                Resources.PODS,
                new PodBuilder(newPod("p", "n1", Map.of(SimulationAnnotations.RUN_FOR, "5s")))
                        .editSpec()
                        .withRestartPolicy("Always")
                        .endSpec()
                        .build());
        eventually(() -> phase("p").equals("Running"));
        clock.advance(Duration.ofSeconds(5));
        eventually(
                () -> pod("p").get().getStatus().getContainerStatuses().get(0).getRestartCount() == 1);
    }

    @Test
    void podWhoseEndWasToldBeforeARestartIsLetGoAfterIt() throws InterruptedException {
        addNode("n1", Map.of());
        addPod("p", "n1", Map.of());
        eventually(() -> phase("p").equals("Running"));
        agents.close();
        admin.delete(Resources.PODS, ObjectKey.of(NAMESPACE, "p"), DeleteOptions.BACKGROUND);
        Pod dying = pod("p").orElseThrow();
        var stopped = new SimulatedPod(
                        dying,
                        dying.getStatus().getHostIP(),
                        dying.getStatus().getPodIP(),
                        PodScript.of(dying),
                        clock.now())
                .stop();
        admin.patch(Resources.PODS, ObjectKey.of(dying), StatusPatch.unlessChanged(dying, stopped), "status");
        startAgents();
        eventually(() -> pod("p").isEmpty());
    }

    @Test
    void failuresShowInTheConditionsUntilTheNodeRecovers() {
        addNode("n1", Map.of());
        eventually(() -> condition("n1", "Ready").equals("True"));
        Map<String, String> expected = Map.of(
                "not-ready", "Ready=False",
                "disk-pressure", "DiskPressure=True",
                "memory-pressure", "MemoryPressure=True",
                "pid-pressure", "PIDPressure=True",
                "network", "NetworkUnavailable=True");
        expected.forEach((failure, shown) -> {
            String[] pair = shown.split("=");
            fail("n1", failure);
            eventually(() -> condition("n1", pair[0]).equals(pair[1]));
        });
        recover("n1");
        eventually(() -> node("n1").getStatus().getConditions().stream()
                .filter(c -> c.getStatus().equals("True"))
                .map(NodeCondition::getType)
                .toList()
                .equals(List.of("Ready")));
    }

    @Test
    void silentNodeIsUnknownWhenItsLeaseHasRunOutAndDoesNothingForPods() {
        addNode("n1", Map.of());
        addPod("p", "n1", Map.of());
        eventually(() -> phase("p").equals("Running") && lease("n1").isPresent());
        fail("n1", "silent");
        untilQuiet();
        Instant last = renewed("n1");
        admin.delete(Resources.PODS, ObjectKey.of(NAMESPACE, "p"), DeleteOptions.BACKGROUND);
        clock.advance(Duration.ofSeconds(30));
        untilQuiet();
        assertThat(condition("n1", "Ready")).isEqualTo("True");

        clock.advance(Duration.ofSeconds(11));
        eventually(() -> condition("n1", "Ready").equals("Unknown"));
        assertThat(renewed("n1")).isEqualTo(last);
        assertThat(pod("p")).isPresent();

        recover("n1");
        eventually(() -> condition("n1", "Ready").equals("True") && pod("p").isEmpty());
        eventually(() -> renewed("n1").isAfter(last));
    }

    @Test
    void podsGoWithTheirNode() {
        addNode("n1", Map.of());
        addPod("p", "n1", Map.of());
        eventually(() -> phase("p").equals("Running"));
        admin.delete(Resources.NODES, ObjectKey.cluster("n1"), DeleteOptions.BACKGROUND);
        eventually(() -> pod("p").isEmpty());
        addPod("late", "n1", Map.of());
        eventually(() -> pod("late").isEmpty());
    }

    @Test
    void podsThatALostNodeLeftBehindGoAfterARestart() throws InterruptedException {
        addNode("n1", Map.of());
        addPod("p", "n1", Map.of());
        eventually(() -> phase("p").equals("Running"));
        agents.close();
        admin.delete(Resources.NODES, ObjectKey.cluster("n1"), DeleteOptions.BACKGROUND);
        startAgents();
        eventually(() -> pod("p").isEmpty());
    }

    @Test
    void realNodesAndTheirPodsAreLeftAlone() {
        admin.create(
                Resources.NODES,
                new NodeBuilder(newNode("real", Map.of()))
                        .withNewStatus()
                        .withNewDaemonEndpoints()
                        .withNewKubeletEndpoint(10250)
                        .endDaemonEndpoints()
                        .endStatus()
                        .build());
        addPod("p", "real", Map.of());
        addPod("nowhere", "unknown", Map.of());
        addNode("n1", Map.of());
        eventually(() -> condition("n1", "Ready").equals("True"));
        untilQuiet();
        assertThat(node("real").getStatus().getConditions()).isEmpty();
        assertThat(phase("p")).isEqualTo("Pending");
        assertThat(phase("nowhere")).isEqualTo("Pending");
    }

    @Test
    void restartOfTheAgentsWritesNothingThatIsTrueAlready() throws InterruptedException {
        addNode("n1", Map.of());
        addPod("p", "n1", Map.of());
        eventually(() -> phase("p").equals("Running") && lease("n1").isPresent());
        untilQuiet();
        String nodeBefore = node("n1").getMetadata().getResourceVersion();
        String podBefore = pod("p").get().getMetadata().getResourceVersion();
        Instant renewed = renewed("n1");
        agents.close();
        clock.advance(Duration.ofSeconds(1));
        startAgents();
        eventually(() -> renewed("n1").isAfter(renewed));
        untilQuiet();
        assertThat(node("n1").getMetadata().getResourceVersion()).isEqualTo(nodeBefore);
        assertThat(pod("p").get().getMetadata().getResourceVersion()).isEqualTo(podBefore);
    }

    @Test
    void whatCannotBeReadIsToldInAnEvent() {
        addNode("n1", Map.of(SimulationAnnotations.CAPACITY, "cpu=lots", SimulationAnnotations.FAILURE, "sad"));
        eventually(() -> condition("n1", "Ready").equals("True"));
        eventually(() -> admin.list(Resources.EVENTS, ListOptions.ALL).items().stream()
                .map(io.fabric8.kubernetes.api.model.Event::getMessage)
                .toList()
                .containsAll(List.of(
                        "annotation lembos.io/simulated-capacity: \"cpu=lots\" is no resource=amount such as memory=32Gi;"
                                + " it does not count",
                        "annotation lembos.io/simulated-failure: \"sad\" is not one of not-ready, silent, disk-pressure,"
                                + " memory-pressure, pid-pressure, network; the node is well")));
    }

    private void startAgents() throws InterruptedException {
        agents = new SimulatedNodes(api.client(Identity.of(BootstrapPolicy.SIMULATED_NODES)), clock, "v1.36.0");
        agents.start();
    }

    private void addNode(String name, Map<String, String> annotations) {
        admin.create(Resources.NODES, newNode(name, annotations));
    }

    private static Node newNode(String name, Map<String, String> annotations) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToAnnotations(SimulationAnnotations.SIMULATED, "true")
                .addToAnnotations(annotations)
                .endMetadata()
                .build();
    }

    private void addPod(String name, String node, Map<String, String> annotations) {
        admin.create(Resources.PODS, newPod(name, node, annotations));
    }

    private static Pod newPod(String name, String node, Map<String, String> annotations) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .withAnnotations(annotations)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .withRestartPolicy("Never")
                .addNewContainer()
                .withName("main")
                .withImage("image")
                .endContainer()
                .endSpec()
                .build();
    }

    private void fail(String name, String how) {
        patchNode(name, "{\"metadata\":{\"annotations\":{\"lembos.io/simulated-failure\":\"" + how + "\"}}}");
    }

    private void recover(String name) {
        patchNode(name, "{\"metadata\":{\"annotations\":{\"lembos.io/simulated-failure\":null}}}");
    }

    private void patchNode(String name, String body) {
        admin.patch(Resources.NODES, ObjectKey.cluster(name), new Patch.Merge(body), "");
    }

    private void patchPod(String name, String body) {
        admin.patch(Resources.PODS, ObjectKey.of(NAMESPACE, name), new Patch.Merge(body), "");
    }

    private Node node(String name) {
        return admin.get(Resources.NODES, ObjectKey.cluster(name)).orElseThrow();
    }

    private String condition(String node, String type) {
        return Optional.ofNullable(node(node).getStatus()).stream()
                .flatMap(s -> s.getConditions().stream())
                .filter(c -> c.getType().equals(type))
                .map(NodeCondition::getStatus)
                .findFirst()
                .orElse("");
    }

    private Optional<Lease> lease(String node) {
        return admin.get(Resources.LEASES, ObjectKey.of("kube-node-lease", node));
    }

    private Instant renewed(String node) {
        return lease(node).orElseThrow().getSpec().getRenewTime().toInstant();
    }

    private Optional<Pod> pod(String name) {
        return admin.get(Resources.PODS, ObjectKey.of(NAMESPACE, name));
    }

    private String phase(String name) {
        return pod(name).map(p -> p.getStatus().getPhase()).orElse("");
    }

    /** Waits for a state; time goes on in small steps for the sake of back-offs. */
    private void eventually(Callable<Boolean> condition) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    clock.advance(Duration.ofMillis(1));
                    return condition.call();
                });
    }

    /** Waits until nothing is written any more. */
    private void untilQuiet() {
        long[] last = {-1};
        await().pollInterval(Duration.ofMillis(20))
                .during(Duration.ofMillis(200))
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    boolean same = last[0] == store.revision();
                    last[0] = store.revision();
                    return same;
                });
    }
}
