package io.lembos.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.client.DeleteOptions.Propagation;
import io.lembos.api.error.ApiError;
import io.lembos.api.error.Reason;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.PartialObjectMetadata;
import io.lembos.api.meta.ResourceType;
import io.lembos.api.meta.Resources;
import io.lembos.api.time.FakeClock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ReplicaSets, garbage collection, namespaces, accounts and slices on a control plane in this process. */
class OwnershipTest {
    @TempDir
    Path directory;

    private TestCluster cluster;

    @BeforeEach
    void start() throws InterruptedException {
        cluster = new TestCluster(directory);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void replicaSetKeepsExactlyItsNumberOfPods() {
        createSet(20);
        cluster.eventually("20 ready", () -> ready(20));
        assertThat(cluster.list(Resources.PODS)).hasSize(20);

        delete(Resources.PODS, cluster.activePods().get(0).getMetadata().getName(), Propagation.Background);
        cluster.eventually("replaced", () -> cluster.activePods().size() == 20 && ready(20));
        cluster.merge(Resources.REPLICA_SETS, "web", "{\"spec\":{\"replicas\":3}}");
        cluster.eventually("3 left", () -> cluster.list(Resources.PODS).size() == 3 && ready(3));
        cluster.untilQuiet();
        assertThat(cluster.activePods()).hasSize(3);
    }

    @Test
    void largeSetCountsItsPodsOnceForManyChanges() throws InterruptedException {
        cluster.close();
        cluster = new TestCluster(directory.resolve("still"), new FakeClock(Instant.parse("2026-01-01T00:00:00Z")));
        createSet(300);
        cluster.untilQuiet();
        assertThat(cluster.activePods()).hasSize(300);
        assertThat(ready(300)).as("no time has passed yet").isFalse();
        cluster.eventually("300 ready", () -> ready(300));
    }

    @Test
    void podThatNoLongerMatchesIsReleasedAndOneThatDoesIsAdopted() {
        createSet(2);
        cluster.eventually("2 ready", () -> ready(2));
        Pod leaving = cluster.activePods().get(0);
        String name = leaving.getMetadata().getName();

        cluster.merge(Resources.PODS, name, "{\"metadata\":{\"labels\":{\"app\":\"other\"}}}");
        cluster.eventually(
                "released",
                () -> cluster.get(Resources.PODS, name)
                                .getMetadata()
                                .getOwnerReferences()
                                .isEmpty()
                        && cluster.activePods().size() == 3);

        cluster.merge(Resources.PODS, name, "{\"metadata\":{\"labels\":{\"app\":\"web\"}}}");
        cluster.eventually(
                "adopted, and one too many deleted", () -> cluster.activePods().size() == 2 && ready(2));
    }

    @Test
    void dependentsGoWithTheirOwnerInTheBackground() {
        createSet(2);
        cluster.eventually("2 ready", () -> ready(2));
        delete(Resources.REPLICA_SETS, "web", Propagation.Background);
        cluster.eventually("pods gone", () -> cluster.list(Resources.PODS).isEmpty());
    }

    @Test
    void ownerWaitsForItsDependentsInTheForeground() {
        createSet(2);
        cluster.eventually("2 ready", () -> ready(2));
        delete(Resources.REPLICA_SETS, "web", Propagation.Foreground);
        cluster.eventually(
                "both gone", () -> cluster.find(Resources.REPLICA_SETS, "web").isEmpty());
        assertThat(cluster.activePods()).isEmpty();
    }

    @Test
    void orphansStayWithoutTheirOwner() {
        createSet(2);
        cluster.eventually("2 ready", () -> ready(2));
        delete(Resources.REPLICA_SETS, "web", Propagation.Orphan);
        cluster.eventually(
                "owner gone", () -> cluster.find(Resources.REPLICA_SETS, "web").isEmpty());
        cluster.untilQuiet();
        assertThat(cluster.activePods())
                .hasSize(2)
                .allMatch(p -> p.getMetadata().getOwnerReferences().isEmpty());
    }

    @Test
    void objectOfAnOwnerThatNeverWasIsDeletedAndOneWithALivingOwnerStays() {
        ConfigMap owner =
                cluster.admin.create(Resources.CONFIG_MAPS, configMap("owner").build());
        cluster.admin.create(
                Resources.CONFIG_MAPS,
                owned("stays", "owner", owner.getMetadata().getUid()));
        cluster.admin.create(Resources.CONFIG_MAPS, owned("goes", "owner", "00000000-0000-4000-8000-000000000000"));

        cluster.eventually(
                "collected", () -> cluster.find(Resources.CONFIG_MAPS, "goes").isEmpty());
        cluster.untilQuiet();
        assertThat(cluster.find(Resources.CONFIG_MAPS, "stays")).isPresent();
    }

    @Test
    void namespaceGoesWithAllThatIsInItAndTakesNothingNew() {
        cluster.admin.create(
                Resources.NAMESPACES,
                new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("doomed")
                        .endMetadata()
                        .build());
        ObjectKey held = ObjectKey.of("doomed", "held");
        cluster.admin.create(
                Resources.CONFIG_MAPS,
                configMap("held")
                        .editMetadata()
                        .withNamespace("doomed")
                        .withFinalizers("example.com/hold")
                        .endMetadata()
                        .build());
        cluster.eventually(
                "account",
                () -> cluster.admin
                        .get(Resources.SERVICE_ACCOUNTS, ObjectKey.of("doomed", "default"))
                        .isPresent());
        delete(Resources.NAMESPACES, "doomed", Propagation.Background);

        cluster.eventually(
                "emptied but for what is held",
                () -> cluster.admin
                        .get(Resources.SERVICE_ACCOUNTS, ObjectKey.of("doomed", "default"))
                        .isEmpty());
        assertThat(refusal("doomed")).contains("because it is being terminated");
        assertThat(cluster.find(Resources.NAMESPACES, "doomed")).isPresent();

        cluster.admin.patch(
                Resources.CONFIG_MAPS,
                held,
                new io.lembos.api.client.Patch.Merge("{\"metadata\":{\"finalizers\":null}}"),
                "");
        cluster.eventually(
                "gone", () -> cluster.find(Resources.NAMESPACES, "doomed").isEmpty());
    }

    @Test
    void sliceListsThePodsBehindAService() {
        cluster.admin.create(
                Resources.SERVICES,
                new ServiceBuilder()
                        .withNewMetadata()
                        .withName("web")
                        .withNamespace(TestCluster.NAMESPACE)
                        .endMetadata()
                        .withNewSpec()
                        .withSelector(Map.of("app", "web"))
                        .addNewPort()
                        .withPort(80)
                        .endPort()
                        .endSpec()
                        .build());
        createSet(3);
        cluster.eventually("3 ready addresses", () -> readyAddresses() == 3);
        cluster.merge(Resources.REPLICA_SETS, "web", "{\"spec\":{\"replicas\":1}}");
        cluster.eventually("1 ready address", () -> readyAddresses() == 1);
        delete(Resources.SERVICES, "web", Propagation.Background);
        cluster.eventually(
                "slices gone", () -> cluster.list(Resources.ENDPOINT_SLICES).isEmpty());
    }

    @Test
    void idleControlPlaneWritesNothing() {
        createSet(2);
        cluster.eventually("2 ready", () -> ready(2));
        cluster.untilQuiet();
        long revision = cluster.revision();
        cluster.untilQuiet();
        assertThat(cluster.revision()).isEqualTo(revision);
    }

    private long readyAddresses() {
        return cluster.list(Resources.ENDPOINT_SLICES).stream()
                .flatMap(s -> s.getEndpoints().stream())
                .filter(e -> Boolean.TRUE.equals(e.getConditions().getReady()))
                .count();
    }

    private String refusal(String namespace) {
        try {
            cluster.admin.create(
                    Resources.CONFIG_MAPS,
                    configMap("late")
                            .editMetadata()
                            .withNamespace(namespace)
                            .endMetadata()
                            .build());
            return "";
        } catch (ApiError e) {
            assertThat(e.reason()).isEqualTo(Reason.Forbidden);
            return e.getMessage();
        }
    }

    private boolean ready(int count) {
        ReplicaSet set = cluster.get(Resources.REPLICA_SETS, "web");
        return set.getStatus() != null
                && Integer.valueOf(count).equals(set.getStatus().getReadyReplicas());
    }

    private <T extends io.fabric8.kubernetes.api.model.HasMetadata> void delete(
            io.lembos.api.meta.ResourceType<T> type, String name, Propagation propagation) {
        ObjectKey key = type.namespaced() ? ObjectKey.of(TestCluster.NAMESPACE, name) : ObjectKey.cluster(name);
        cluster.admin.delete(type, key, new DeleteOptions(Optional.empty(), "", propagation));
    }

    private static ConfigMapBuilder configMap(String name) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(TestCluster.NAMESPACE)
                .endMetadata();
    }

    private static ConfigMap owned(String name, String owner, String uid) {
        return configMap(name)
                .editMetadata()
                .withOwnerReferences(new OwnerReferenceBuilder()
                        .withApiVersion("v1")
                        .withKind("ConfigMap")
                        .withName(owner)
                        .withUid(uid)
                        .build())
                .endMetadata()
                .build();
    }

    private void createSet(int replicas) {
        cluster.admin.create(
                Resources.REPLICA_SETS,
                new ReplicaSetBuilder()
                        .withNewMetadata()
                        .withName("web")
                        .withNamespace(TestCluster.NAMESPACE)
                        .endMetadata()
                        .withNewSpec()
                        .withReplicas(replicas)
                        .withNewSelector()
                        .addToMatchLabels("app", "web")
                        .endSelector()
                        .withNewTemplate()
                        .withNewMetadata()
                        .addToLabels("app", "web")
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("main")
                        .withImage("web:1")
                        .endContainer()
                        .endSpec()
                        .endTemplate()
                        .endSpec()
                        .build());
    }

    @Test
    void objectsOfKindsThatCameLaterAreCollectedToo() {
        cluster.serve("oaks", "Oak");
        ResourceType<PartialObjectMetadata> oaks = ResourceType.generic("trees.example.com", "v1", "Oak", "oaks", true);
        PartialObjectMetadata owner = cluster.admin.create(oaks, oak("owner", List.of()));
        OwnerReference reference = new OwnerReferenceBuilder()
                .withApiVersion("trees.example.com/v1")
                .withKind("Oak")
                .withName("owner")
                .withUid(owner.getMetadata().getUid())
                .build();
        cluster.admin.create(oaks, oak("dependent", List.of(reference)));
        cluster.admin.create(
                Resources.CONFIG_MAPS,
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("settings")
                        .withNamespace(TestCluster.NAMESPACE)
                        .withOwnerReferences(reference)
                        .endMetadata()
                        .build());

        cluster.admin.delete(
                oaks,
                ObjectKey.of(TestCluster.NAMESPACE, "owner"),
                new DeleteOptions(Optional.empty(), "", Propagation.Foreground));
        cluster.eventually(
                "all gone",
                () -> cluster.find(oaks, "owner").isEmpty()
                        && cluster.find(oaks, "dependent").isEmpty()
                        && cluster.find(Resources.CONFIG_MAPS, "settings").isEmpty());
    }

    @Test
    void customObjectsGoWithTheirNamespace() {
        cluster.serve("oaks", "Oak");
        ResourceType<PartialObjectMetadata> oaks = ResourceType.generic("trees.example.com", "v1", "Oak", "oaks", true);
        cluster.admin.create(oaks, oak("one", List.of()));
        cluster.admin.delete(Resources.NAMESPACES, ObjectKey.cluster(TestCluster.NAMESPACE), DeleteOptions.BACKGROUND);
        cluster.eventually(
                "namespace gone",
                () -> cluster.find(Resources.NAMESPACES, TestCluster.NAMESPACE).isEmpty());
        assertThat(cluster.list(oaks)).isEmpty();
    }

    private static PartialObjectMetadata oak(String name, List<OwnerReference> owners) {
        PartialObjectMetadata oak = new PartialObjectMetadata();
        oak.setApiVersion("trees.example.com/v1");
        oak.setKind("Oak");
        oak.setMetadata(new ObjectMetaBuilder()
                .withName(name)
                .withNamespace(TestCluster.NAMESPACE)
                .withOwnerReferences(owners)
                .build());
        return oak;
    }
}
