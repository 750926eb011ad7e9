package io.lembos.apiserver.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.gson.reflect.TypeToken;
import io.kubernetes.client.ProtoClient;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.AppsV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.util.CallGeneratorParams;
import io.kubernetes.client.util.Config;
import io.kubernetes.client.util.PatchUtils;
import io.kubernetes.client.util.Watch;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesApi;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesObject;
import io.lembos.apiserver.testing.ApiServerFixture;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The official Java client. */
class JavaClientIT {
    private static final String NAMESPACE = "default";

    @TempDir
    Path directory;

    private ApiServerFixture api;
    private ApiClient client;
    private CoreV1Api core;

    @BeforeEach
    void start() throws Exception {
        api = ApiServerFixture.start(directory);
        client = Config.fromConfig(api.kubeconfig(ApiServerFixture.ADMIN).toString());
        client.setReadTimeout(0); // As informers want it.
        core = new CoreV1Api(client);
    }

    @AfterEach
    void stop() {
        client.getHttpClient().dispatcher().executorService().shutdownNow();
        client.getHttpClient().connectionPool().evictAll();
        api.close();
    }

    @Test
    void createsReadsReplacesAndDeletes() throws ApiException {
        V1ConfigMap created =
                core.createNamespacedConfigMap(NAMESPACE, map("a", "1")).execute();
        assertThat(created.getMetadata().getUid()).isNotEmpty();
        created.getData().put("value", "2");
        core.replaceNamespacedConfigMap("a", NAMESPACE, created).execute();
        assertThat(core.readNamespacedConfigMap("a", NAMESPACE).execute().getData())
                .containsEntry("value", "2");
        assertThatThrownBy(() ->
                        core.replaceNamespacedConfigMap("a", NAMESPACE, created).execute())
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.getCode()).isEqualTo(409));
        core.deleteNamespacedConfigMap("a", NAMESPACE).execute();
        assertThatThrownBy(() -> core.readNamespacedConfigMap("a", NAMESPACE).execute())
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.getCode()).isEqualTo(404));
    }

    @Test
    void listsPageByPage() throws ApiException {
        for (int i = 0; i < 5; i++) {
            core.createNamespacedConfigMap(NAMESPACE, map("m" + i, "1")).execute();
        }
        V1ConfigMapList first = core.listNamespacedConfigMap(NAMESPACE).limit(3).execute();
        assertThat(first.getItems()).hasSize(3);
        assertThat(first.getMetadata().getRemainingItemCount()).isEqualTo(2);
        V1ConfigMapList rest = core.listNamespacedConfigMap(NAMESPACE)
                ._continue(first.getMetadata().getContinue())
                .execute();
        assertThat(rest.getItems()).hasSize(2);
    }

    @Test
    void watches() throws Exception {
        String from =
                core.listNamespacedConfigMap(NAMESPACE).execute().getMetadata().getResourceVersion();
        core.createNamespacedConfigMap(NAMESPACE, map("a", "1")).execute();
        core.deleteNamespacedConfigMap("a", NAMESPACE).execute();
        try (Watch<V1ConfigMap> watch = Watch.createWatch(
                client,
                core.listNamespacedConfigMap(NAMESPACE)
                        .watch(true)
                        .resourceVersion(from)
                        .buildCall(null),
                new TypeToken<Watch.Response<V1ConfigMap>>() {}.getType())) {
            assertThat(watch.next().type).isEqualTo("ADDED");
            Watch.Response<V1ConfigMap> deleted = watch.next();
            assertThat(deleted.type).isEqualTo("DELETED");
            assertThat(deleted.object.getMetadata().getName()).isEqualTo("a");
        }
    }

    @Test
    void informs() throws ApiException {
        SharedInformerFactory informers = new SharedInformerFactory(client);
        SharedIndexInformer<V1ConfigMap> informer = informers.sharedIndexInformerFor(
                (CallGeneratorParams params) -> core.listNamespacedConfigMap(NAMESPACE)
                        .resourceVersion(params.resourceVersion)
                        .timeoutSeconds(params.timeoutSeconds)
                        .watch(params.watch)
                        .buildCall(null),
                V1ConfigMap.class,
                V1ConfigMapList.class);
        try {
            core.createNamespacedConfigMap(NAMESPACE, map("before", "1")).execute();
            informers.startAllRegisteredInformers();
            await().until(informer::hasSynced);
            core.createNamespacedConfigMap(NAMESPACE, map("after", "1")).execute();
            await().untilAsserted(() ->
                    assertThat(informer.getIndexer().listKeys()).contains(NAMESPACE + "/before", NAMESPACE + "/after"));
        } finally {
            informers.stopAllRegisteredInformers();
        }
    }

    @Test
    void appliesServerSide() throws ApiException {
        AppsV1Api apps = new AppsV1Api(client);
        String deployment = """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":2,
                 "selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},
                 "spec":{"containers":[{"name":"c","image":"i"}]}}}}
                """;
        assertThat(apply(apps, deployment, "one").getSpec().getReplicas()).isEqualTo(2);
        assertThat(apply(apps, deployment.replace(":2,", ":3,"), "one")
                        .getSpec()
                        .getReplicas())
                .isEqualTo(3);
        assertThatThrownBy(() -> apply(apps, deployment.replace(":2,", ":4,"), "two"))
                .isInstanceOfSatisfying(ApiException.class, e -> {
                    assertThat(e.getCode()).isEqualTo(409);
                    assertThat(e.getResponseBody()).contains("conflict with \\\"one\\\": .spec.replicas");
                });
    }

    private V1Deployment apply(AppsV1Api apps, String body, String manager) throws ApiException {
        return PatchUtils.patch(
                V1Deployment.class,
                () -> apps.patchNamespacedDeployment("d", NAMESPACE, new V1Patch(body))
                        .fieldManager(manager)
                        .buildCall(null),
                V1Patch.PATCH_FORMAT_APPLY_YAML,
                client);
    }

    @Test
    void speaksProtobuf() throws Exception {
        ProtoClient proto = new ProtoClient(client);
        String maps = "/api/v1/namespaces/" + NAMESPACE + "/configmaps";
        V1.ConfigMap map = V1.ConfigMap.newBuilder()
                .setMetadata(
                        io.kubernetes.client.proto.Meta.ObjectMeta.newBuilder().setName("p"))
                .putData("value", "1")
                .build();
        ProtoClient.ObjectOrStatus<V1.ConfigMap> created = proto.create(map, maps, "v1", "ConfigMap");
        assertThat(created.status).isNull();
        assertThat(created.object.getMetadata().getUid()).isNotEmpty();
        ProtoClient.ObjectOrStatus<V1.ConfigMapList> list = proto.list(V1.ConfigMapList.newBuilder(), maps);
        assertThat(list.object.getItemsList())
                .anyMatch(item -> item.getDataMap().getOrDefault("value", "").equals("1"));
        assertThat(proto.delete(V1.ConfigMap.newBuilder(), maps + "/p").status.getStatus())
                .isEqualTo("Success");
    }

    @Test
    void worksWithCustomResources() throws Exception {
        Ships.define(api);
        DynamicKubernetesApi ships = new DynamicKubernetesApi(Ships.GROUP, "v1", "ships", client);
        DynamicKubernetesObject ship = new DynamicKubernetesObject(
                com.google.gson.JsonParser.parseString(Ships.ship("argo", 50)).getAsJsonObject());
        assertThat(ships.create(ship)
                        .throwsApiException()
                        .getObject()
                        .getMetadata()
                        .getUid())
                .isNotEmpty();
        DynamicKubernetesObject read =
                ships.get(NAMESPACE, "argo").throwsApiException().getObject();
        assertThat(read.getRaw().getAsJsonObject("spec").get("oars").getAsInt()).isEqualTo(50);
        DynamicKubernetesObject bad = new DynamicKubernetesObject(
                com.google.gson.JsonParser.parseString(Ships.ship("raft", -1)).getAsJsonObject());
        assertThat(ships.create(bad).getHttpStatusCode()).isEqualTo(422);
        assertThat(ships.list(NAMESPACE).throwsApiException().getObject().getItems())
                .hasSize(1);
    }

    private static V1ConfigMap map(String name, String value) {
        return new V1ConfigMap()
                .metadata(new V1ObjectMeta().name(name))
                .data(new java.util.HashMap<>(Map.of("value", value)));
    }
}
