package io.lembos.apiserver.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetStatusBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.lembos.apiserver.testing.ApiServerFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fabric8 client. */
class Fabric8ClientIT {
    private static final String NAMESPACE = "default";

    @TempDir
    Path directory;

    private ApiServerFixture api;
    private KubernetesClient client;

    @BeforeEach
    void start() throws Exception {
        api = ApiServerFixture.start(directory);
        String kubeconfig = Files.readString(api.kubeconfig(ApiServerFixture.ADMIN));
        Config config = Config.fromKubeconfig(kubeconfig);
        // It would try again for half a minute what was refused with 429.
        config.setRequestRetryBackoffLimit(0);
        client = new KubernetesClientBuilder().withConfig(config).build();
    }

    @AfterEach
    void stop() {
        client.close();
        api.close();
    }

    @Test
    void createsEditsAndDeletes() {
        ConfigMap created = client.configMaps()
                .inNamespace(NAMESPACE)
                .resource(map("a", "1"))
                .create();
        assertThat(created.getMetadata().getUid()).isNotEmpty();
        client.configMaps().inNamespace(NAMESPACE).withName("a").edit(m -> {
            m.getData().put("value", "2");
            return m;
        });
        assertThat(client.configMaps()
                        .inNamespace(NAMESPACE)
                        .withName("a")
                        .get()
                        .getData())
                .containsEntry("value", "2");
        assertThatThrownBy(() -> client.configMaps()
                        .inNamespace(NAMESPACE)
                        .resource(map("a", "1"))
                        .create())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(409));
        client.configMaps().inNamespace(NAMESPACE).withName("a").delete();
        assertThat(client.configMaps().inNamespace(NAMESPACE).withName("a").get())
                .isNull();
    }

    @Test
    void watches() {
        List<String> seen = new CopyOnWriteArrayList<>();
        try (Watch watch = client.configMaps().inNamespace(NAMESPACE).watch(new Watcher<>() {
            @Override
            public void eventReceived(Action action, ConfigMap map) {
                seen.add(action + " " + map.getMetadata().getName());
            }

            @Override
            public void onClose(WatcherException cause) {}
        })) {
            client.configMaps().inNamespace(NAMESPACE).resource(map("a", "1")).create();
            client.configMaps().inNamespace(NAMESPACE).withName("a").delete();
            await().untilAsserted(() -> assertThat(seen).containsSubsequence("ADDED a", "DELETED a"));
        }
    }

    @Test
    void informs() {
        try (SharedIndexInformer<ConfigMap> informer =
                client.configMaps().inNamespace(NAMESPACE).inform()) {
            client.configMaps().inNamespace(NAMESPACE).resource(map("a", "1")).create();
            await().untilAsserted(() ->
                    assertThat(informer.getIndexer().getByKey(NAMESPACE + "/a")).isNotNull());
        }
    }

    @Test
    void appliesServerSideAndScales() {
        Deployment applied =
                client.resource(deployment(2)).inNamespace(NAMESPACE).serverSideApply();
        assertThat(applied.getSpec().getReplicas()).isEqualTo(2);
        client.apps().deployments().inNamespace(NAMESPACE).withName("d").scale(3);
        assertThat(client.apps()
                        .deployments()
                        .inNamespace(NAMESPACE)
                        .withName("d")
                        .get()
                        .getSpec()
                        .getReplicas())
                .isEqualTo(3);
        assertThatThrownBy(() ->
                        client.resource(deployment(4)).inNamespace(NAMESPACE).serverSideApply())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(409));
        Deployment forced = client.resource(deployment(4))
                .inNamespace(NAMESPACE)
                .forceConflicts()
                .serverSideApply();
        assertThat(forced.getSpec().getReplicas()).isEqualTo(4);
    }

    @Test
    void waits() {
        client.configMaps().inNamespace(NAMESPACE).resource(map("a", "1")).create();
        Thread.ofVirtual()
                .start(() -> client.configMaps()
                        .inNamespace(NAMESPACE)
                        .withName("a")
                        .edit(m -> {
                            m.getData().put("value", "2");
                            return m;
                        }));
        ConfigMap ready = client.configMaps()
                .inNamespace(NAMESPACE)
                .withName("a")
                .waitUntilCondition(m -> "2".equals(m.getData().get("value")), 20, TimeUnit.SECONDS);
        assertThat(ready.getData()).containsEntry("value", "2");
    }

    @Test
    void worksWithCustomResources() {
        Ships.define(api);
        GenericKubernetesResource ship =
                client.resource(Ships.ship("argo", 50)).create() instanceof GenericKubernetesResource g ? g : null;
        assertThat(ship).isNotNull();
        var ships =
                client.genericKubernetesResources(Ships.GROUP + "/v1", "Ship").inNamespace(NAMESPACE);
        assertThat(ships.list().getItems()).hasSize(1);
        assertThat(ships.withName("argo").get().<Integer>get("spec", "oars")).isEqualTo(50);
        assertThatThrownBy(() -> client.resource(Ships.ship("raft", -1)).create())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(422));
    }

    @Test
    void informsAboutCustomResources() {
        Ships.define(api);
        List<String> seen = new CopyOnWriteArrayList<>();
        var ships =
                client.genericKubernetesResources(Ships.GROUP + "/v1", "Ship").inNamespace(NAMESPACE);
        try (SharedIndexInformer<GenericKubernetesResource> informer = ships.inform(new ResourceEventHandler<>() {
            @Override
            public void onAdd(GenericKubernetesResource ship) {
                seen.add("added " + ship.get("spec", "oars"));
            }

            @Override
            public void onUpdate(GenericKubernetesResource before, GenericKubernetesResource ship) {
                seen.add("updated " + before.get("spec", "oars") + " " + ship.get("spec", "oars"));
            }

            @Override
            public void onDelete(GenericKubernetesResource ship, boolean lastStateUnknown) {
                seen.add("deleted " + ship.get("spec", "oars") + " " + lastStateUnknown);
            }
        })) {
            client.resource(Ships.ship("argo", 50)).create();
            await().untilAsserted(() -> assertThat(seen).containsExactly("added 50"));
            ships.withName("argo").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"oars\":49}}");
            await().untilAsserted(() -> assertThat(seen).contains("updated 50 49"));
            ships.withName("argo").delete();
            await().untilAsserted(
                            () -> assertThat(seen).containsExactly("added 50", "updated 50 49", "deleted 49 false"));
            assertThat(informer.getStore().list()).isEmpty();
        }
    }

    @Test
    void evictsWhatABudgetAllows() {
        client.resource("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"default","labels":{"a":"b"}},
                 "spec":{"containers":[{"name":"c","image":"i"}]}}""").create();
        var pod = client.pods().inNamespace(NAMESPACE).withName("p");
        pod.editStatus(p -> {
            p.getStatus().setPhase("Running");
            return p;
        });
        client.resource("""
                {"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"b","namespace":"default"},
                 "spec":{"minAvailable":1,"selector":{"matchLabels":{"a":"b"}}}}""").create();
        allowDisruptions(0);
        assertThat(pod.evict()).isFalse();
        assertThatThrownBy(() -> client.raw(
                        "/api/v1/namespaces/default/pods/p/eviction",
                        "POST",
                        "{\"apiVersion\":\"policy/v1\",\"kind\":\"Eviction\",\"metadata\":{\"name\":\"p\"}}"))
                .isInstanceOfSatisfying(KubernetesClientException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(429);
                    assertThat(e.getStatus().getDetails().getCauses().get(0).getMessage())
                            .isEqualTo("The disruption budget b needs 1 healthy pods and has 1 currently");
                });
        assertThat(pod.get()).isNotNull();

        allowDisruptions(1);
        assertThat(pod.evict()).isTrue();
        assertThat(pod.get()).isNull();
        assertThat(budget().get().getStatus().getDisruptionsAllowed()).isZero();
        assertThat(budget().get().getStatus().getDisruptedPods()).containsKey("p");
    }

    private Resource<PodDisruptionBudget> budget() {
        return client.policy().v1().podDisruptionBudget().inNamespace(NAMESPACE).withName("b");
    }

    /** What the budgets' controller would say. */
    private void allowDisruptions(int allowed) {
        budget().editStatus(b -> {
            b.setStatus(new PodDisruptionBudgetStatusBuilder()
                    .withObservedGeneration(b.getMetadata().getGeneration())
                    .withCurrentHealthy(1)
                    .withDesiredHealthy(1)
                    .withExpectedPods(1)
                    .withDisruptionsAllowed(allowed)
                    .build());
            return b;
        });
    }

    private static ConfigMap map(String name, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .addToData("value", value)
                .build();
    }

    private static Deployment deployment(int replicas) {
        return new DeploymentBuilder()
                .withNewMetadata()
                .withName("d")
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withNewSelector()
                .addToMatchLabels("a", "b")
                .endSelector()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("a", "b")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .withImage("i")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build();
    }
}
