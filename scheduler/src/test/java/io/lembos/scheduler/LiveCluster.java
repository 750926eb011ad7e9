package io.lembos.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.client.ListOptions;
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
import io.lembos.controllers.ControllerManager;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;

/** An API server in this process with a scheduler at it. Time stands still. */
public final class LiveCluster implements AutoCloseable {
    private static final ResourceType<GenericKubernetesResource> PRIORITY_CLASSES = new ResourceType<>(
            "scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", false, GenericKubernetesResource.class);

    public final FakeClock clock = new FakeClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final StoreTimer timer = StoreTimer.system();
    private final EmbeddedStore store;
    private final InProcessApi api;
    private final Client admin;
    private Scheduler scheduler;
    private ControllerManager controllers;

    public LiveCluster(Path directory) {
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
    }

    /** @param make the scheduler, of its client and the clock */
    public Scheduler start(BiFunction<Client, FakeClock, Scheduler> make) throws InterruptedException {
        scheduler = make.apply(schedulerClient(), clock);
        scheduler.start();
        return scheduler;
    }

    /** Starts the controllers, with their rights. */
    public void startControllers() throws InterruptedException {
        controllers = new ControllerManager(api.client(Identity.of(BootstrapPolicy.CONTROLLER_MANAGER)), "root", clock);
        controllers.start();
    }

    /** The API with a scheduler's rights. */
    public Client schedulerClient() {
        return api.client(Identity.of(BootstrapPolicy.SCHEDULER));
    }

    public Client admin() {
        return admin;
    }

    public void create(Node node) {
        admin.create(Resources.NODES, node);
    }

    public void create(Pod pod) {
        admin.create(Resources.PODS, pod);
    }

    /** Creates a pod that wants to be decided about by this profile. */
    public void create(Pod pod, String schedulerName) {
        create(new PodBuilder(pod)
                .editSpec()
                .withSchedulerName(schedulerName)
                .endSpec()
                .build());
    }

    public void priorityClass(String name, int value) {
        GenericKubernetesResource priority = new GenericKubernetesResource();
        priority.setApiVersion("scheduling.k8s.io/v1");
        priority.setKind("PriorityClass");
        priority.setMetadata(new ObjectMetaBuilder().withName(name).build());
        priority.setAdditionalProperty("value", value);
        admin.create(PRIORITY_CLASSES, priority);
    }

    public void delete(String pod) {
        admin.delete(Resources.PODS, key(pod), DeleteOptions.now(""));
    }

    public Pod get(String pod) {
        return admin.get(Resources.PODS, key(pod)).orElseThrow();
    }

    public String node(String pod) {
        return get(pod).getSpec().getNodeName();
    }

    /** The name of the only pod there. */
    public String podOn(String node) {
        List<String> pods = admin.list(Resources.PODS, ListOptions.ALL).items().stream()
                .filter(p -> node.equals(p.getSpec().getNodeName()))
                .map(p -> p.getMetadata().getName())
                .toList();
        assertThat(pods).hasSize(1);
        return pods.getFirst();
    }

    public void awaitNode(String pod, String node) {
        await().untilAsserted(() -> assertThat(node(pod)).isEqualTo(node));
    }

    /** Waits until the pod's status gives this as the reason why it has no node. */
    public void awaitUnschedulable(String pod, String message) {
        await().untilAsserted(() -> assertThat(get(pod).getStatus().getConditions())
                .extracting(PodCondition::getMessage)
                .contains(message));
    }

    public List<Event> events(String reason) {
        return admin.list(Resources.EVENTS, ListOptions.ALL).items().stream()
                .filter(e -> e.getReason().equals(reason))
                .toList();
    }

    public static ObjectKey key(String pod) {
        return ObjectKey.of("default", pod);
    }

    @Override
    public void close() {
        if (scheduler != null) {
            scheduler.close();
        }
        if (controllers != null) {
            controllers.close();
        }
        api.close();
        store.close();
        timer.close();
    }
}
