package io.lembos.apiserver.semantics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.lembos.api.authn.Identity;
import io.lembos.api.client.Client;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.client.ListOptions;
import io.lembos.api.client.Listing;
import io.lembos.api.client.Patch;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.informer.Handler;
import io.lembos.api.informer.Informer;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.SystemClock;
import io.lembos.apiserver.store.cache.CacheLimits;
import io.lembos.apiserver.testing.ApiServerFixture;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API in process gives the same answers, and refuses the same, as over HTTPS. */
class DirectClientIT {
    private static final ObjectKey P = ObjectKey.of("default", "p");
    private static final Identity SCHEDULER = Identity.of("system:kube-scheduler");
    private static final Identity CONTROLLERS = Identity.of("system:kube-controller-manager");
    private static final Identity NODE = Identity.of("system:node:n1", "system:nodes");

    @TempDir
    Path directory;

    private ApiServerFixture api;
    private Client admin;

    @BeforeEach
    void start() {
        api = ApiServerFixture.start(directory, ApiServerFixture.Options.real().with(new CacheLimits(300, 100)));
        admin = api.client(ApiServerFixture.ADMIN);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void objectsComeAndGoAsOverHttps() {
        ConfigMap created = admin.create(Resources.CONFIG_MAPS, configMap("a", "1"));
        assertThat(created.getMetadata().getUid()).isNotEmpty();
        ObjectKey key = ObjectKey.of(created);
        assertThat(admin.get(Resources.CONFIG_MAPS, key))
                .hasValueSatisfying(a -> assertThat(a)
                        .isSameAs(admin.get(Resources.CONFIG_MAPS, key).orElseThrow()));

        ConfigMap changed =
                new ConfigMapBuilder(created).addToData("value", "2").build();
        ConfigMap updated = admin.update(Resources.CONFIG_MAPS, changed);
        assertThat(updated.getData()).containsEntry("value", "2");
        assertThat(refusal(() -> admin.update(Resources.CONFIG_MAPS, changed)).reason())
                .isEqualTo(Reason.Conflict);
        ConfigMap patched =
                admin.patch(Resources.CONFIG_MAPS, key, new Patch.Merge("{\"data\":{\"value\":null,\"b\":\"3\"}}"), "");
        assertThat(patched.getData()).containsExactly(Map.entry("b", "3"));
        assertThat(api.admin().get(Bodies.MAPS + "/a").json().at("/data/b").asText())
                .isEqualTo("3");

        DeleteOptions stranger = DeleteOptions.of("another-uid");
        assertThat(refusal(() -> admin.delete(Resources.CONFIG_MAPS, key, stranger))
                        .reason())
                .isEqualTo(Reason.Conflict);
        admin.delete(Resources.CONFIG_MAPS, key, DeleteOptions.BACKGROUND);
        assertThat(admin.get(Resources.CONFIG_MAPS, key)).isEmpty();
        assertThat(refusal(() -> admin.delete(Resources.CONFIG_MAPS, key, DeleteOptions.BACKGROUND))
                        .reason())
                .isEqualTo(Reason.NotFound);
    }

    @Test
    void objectsAreValidatedAndDefaulted() {
        Pod pod = admin.create(Resources.PODS, pod("p"));
        assertThat(pod.getSpec().getDnsPolicy()).isEqualTo("ClusterFirst");
        assertThat(pod.getStatus().getPhase()).isEqualTo("Pending");
        ApiError invalid = refusal(() -> admin.create(Resources.CONFIG_MAPS, configMap("No_Good", "1")));
        assertThat(invalid.reason()).isEqualTo(Reason.Invalid);
        assertThat(invalid.details().causes().get(0).field()).isEqualTo("metadata.name");
        ConfigMap nowhere = new ConfigMapBuilder()
                .withNewMetadata()
                .withName("a")
                .withNamespace("nowhere")
                .endMetadata()
                .build();
        assertThat(refusal(() -> admin.create(Resources.CONFIG_MAPS, nowhere)).getMessage())
                .isEqualTo("namespaces \"nowhere\" not found");
    }

    @Test
    void statusIsWrittenApart() {
        Pod pod = admin.create(Resources.PODS, pod("p"));
        Pod running = new PodBuilder(pod)
                .editSpec()
                .withNodeName("elsewhere")
                .endSpec()
                .editStatus()
                .withPhase("Running")
                .endStatus()
                .build();
        Pod written = admin.updateStatus(Resources.PODS, running);
        assertThat(written.getStatus().getPhase()).isEqualTo("Running");
        assertThat(written.getSpec().getNodeName()).isNull();
    }

    @Test
    void schedulerBindsAndNothingElse() {
        Client scheduler = api.client(SCHEDULER);
        admin.create(Resources.PODS, pod("p"));
        Binding binding = new BindingBuilder()
                .withNewTarget()
                .withKind("Node")
                .withName("n1")
                .endTarget()
                .build();
        scheduler.createSubresource(Resources.PODS, P, "binding", binding);
        assertThat(scheduler.get(Resources.PODS, P).orElseThrow().getSpec().getNodeName())
                .isEqualTo("n1");
        ApiError twice = refusal(() -> scheduler.createSubresource(Resources.PODS, P, "binding", binding));
        assertThat(twice.reason()).isEqualTo(Reason.Conflict);

        forbidden(() -> scheduler.create(Resources.PODS, pod("q")));
        forbidden(() -> scheduler.update(Resources.PODS, pod("p")));
        forbidden(() -> scheduler.delete(Resources.NODES, ObjectKey.cluster("n1"), DeleteOptions.BACKGROUND));
        scheduler.delete(Resources.PODS, P, DeleteOptions.BACKGROUND); // For a more important one.
        forbidden(() -> scheduler.list(Resources.SECRETS, ListOptions.ALL));
        forbidden(() -> scheduler.watch(Resources.SECRETS, ListOptions.ALL));
    }

    @Test
    void nobodyMayDoWhatItsRoleLacks() {
        admin.create(Resources.PODS, pod("p"));
        Client node = api.client(NODE);
        node.create(Resources.NODES, node("n1"));
        forbidden(() -> node.create(Resources.PODS, pod("q")));
        forbidden(() -> node.delete(Resources.NODES, ObjectKey.cluster("n1"), DeleteOptions.BACKGROUND));
        forbidden(() -> node.create(
                Resources.SECRETS,
                new io.fabric8.kubernetes.api.model.SecretBuilder()
                        .withNewMetadata()
                        .withName("s")
                        .withNamespace("default")
                        .endMetadata()
                        .build()));
        Client controllers = api.client(CONTROLLERS);
        controllers.list(Resources.PODS, ListOptions.ALL);
        forbidden(() -> controllers.create(Resources.NODES, node("n2")));
        Client nobody = api.client(ApiServerFixture.NOBODY);
        ApiError refused = refusal(() -> nobody.get(Resources.PODS, P));
        assertThat(refused.getMessage())
                .isEqualTo(
                        "pods \"p\" is forbidden: User \"nobody\" cannot get resource \"pods\" in API group \"\" in the"
                                + " namespace \"default\"");
        forbidden(() -> nobody.patch(Resources.PODS, P, new Patch.Merge("{}"), "status"));
        forbidden(() -> nobody.updateStatus(Resources.PODS, pod("p")));
    }

    @Test
    void everyServedKindThatCanBeListedIsNamed() {
        assertThat(admin.resources())
                .extracting(type -> type.groupResource())
                .contains("pods", "deployments.apps", "leases.coordination.k8s.io")
                .doesNotContain("bindings", "subjectaccessreviews.authorization.k8s.io");
        admin.create(Resources.CONFIG_MAPS, configMap("a", "1"));
        admin.resources().forEach(type -> admin.list(type, ListOptions.ALL));
    }

    /** Eight writers, and a reader so slow that it falls behind: the copy is right in the end all the same. */
    @Test
    void informerArrivesAtTheTruth() throws InterruptedException {
        Map<String, String> seen = new ConcurrentSkipListMap<>();
        Semaphore handling = new Semaphore(0);
        try (SystemClock clock = new SystemClock();
                Informer<ConfigMap> informer =
                        new Informer<>(admin, Resources.CONFIG_MAPS, ListOptions.namespace("default"), clock)) {
            informer.addHandler(new Recorder(seen, handling)).start();
            informer.awaitSync();
            List<Thread> writers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                int writer = i;
                writers.add(Thread.startVirtualThread(() -> write(new Random(writer), "w" + writer + "-", 100)));
            }
            for (Thread writer : writers) {
                writer.join();
            }
            handling.release(1_000_000);
            await().untilAsserted(() -> assertThat(versions(informer.list()))
                    .isEqualTo(versions(listing().items())));
            await().untilAsserted(() -> assertThat(seen).isEqualTo(versions(informer.list())));
        }
        await().untilAsserted(() -> assertThat(api.clientWatchers()).isZero());
    }

    /** What handlers were told; holds up its informer until it is allowed to go on. */
    private record Recorder(Map<String, String> seen, Semaphore handling) implements Handler<ConfigMap> {
        @Override
        public void onAdd(ConfigMap object) {
            handling.acquireUninterruptibly();
            assertThat(seen.put(name(object), version(object))).isNull();
        }

        @Override
        public void onUpdate(ConfigMap before, ConfigMap after) {
            handling.acquireUninterruptibly();
            assertThat(seen.put(name(after), version(after))).isEqualTo(version(before));
        }

        @Override
        public void onDelete(ConfigMap last) {
            handling.acquireUninterruptibly();
            seen.remove(name(last));
        }
    }

    private Listing<ConfigMap> listing() {
        return admin.list(Resources.CONFIG_MAPS, ListOptions.namespace("default"));
    }

    private static Map<String, String> versions(List<ConfigMap> objects) {
        Map<String, String> versions = new TreeMap<>();
        objects.forEach(object -> versions.put(name(object), version(object)));
        return versions;
    }

    private static String name(ConfigMap object) {
        return object.getMetadata().getName();
    }

    private static String version(ConfigMap object) {
        return object.getMetadata().getResourceVersion();
    }

    private void write(Random random, String prefix, int writes) {
        for (int i = 0; i < writes; i++) {
            ConfigMap object = configMap(prefix + random.nextInt(5), String.valueOf(i));
            try {
                switch (random.nextInt(4)) {
                    case 0 -> admin.delete(Resources.CONFIG_MAPS, ObjectKey.of(object), DeleteOptions.BACKGROUND);
                    case 1 -> admin.update(Resources.CONFIG_MAPS, object);
                    default -> admin.create(Resources.CONFIG_MAPS, object);
                }
            } catch (ApiError e) {
                assertThat(e.reason()).isIn(Reason.NotFound, Reason.AlreadyExists);
            }
        }
    }

    private interface Call {
        void run();
    }

    private static void forbidden(Call call) {
        assertThat(refusal(call).reason()).isEqualTo(Reason.Forbidden);
    }

    private static ApiError refusal(Call call) {
        ApiError error = catchThrowableOfType(ApiError.class, call::run);
        assertThat(error).as("a refusal").isNotNull();
        return error;
    }

    private static ConfigMap configMap(String name, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .addToData("value", value)
                .build();
    }

    private static Node node(String name) {
        return new NodeBuilder().withNewMetadata().withName(name).endMetadata().build();
    }

    private static Pod pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .withImage("i")
                .endContainer()
                .endSpec()
                .build();
    }
}
