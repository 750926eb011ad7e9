package io.lembos.apiserver.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
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
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig))
                .build();
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
