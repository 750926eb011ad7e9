package io.lembos.controllers.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.client.DeleteOptions.Propagation;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.controllers.TestCluster;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeploymentControllerTest {
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
    void aDeploymentMakesOneReplicaSetAndItsPods() {
        create(Deployments.web(3, "web:1"));
        untilComplete(3);

        List<ReplicaSet> sets = sets();
        assertThat(sets).hasSize(1);
        assertThat(sets.get(0).getMetadata().getName()).startsWith("web-");
        assertThat(cluster.activePods()).hasSize(3).allSatisfy(pod -> {
            assertThat(pod.getMetadata().getName())
                    .startsWith(sets.get(0).getMetadata().getName() + "-");
            assertThat(pod.getMetadata().getLabels()).containsKeys("app", TemplateHash.LABEL);
        });
        Deployment deployment = web();
        assertThat(deployment.getMetadata().getGeneration()).isEqualTo(1);
        assertThat(deployment.getMetadata().getAnnotations()).containsEntry(Annotations.REVISION, "1");
        assertThat(deployment.getStatus().getObservedGeneration()).isEqualTo(1);
        assertThat(deployment.getStatus().getUnavailableReplicas()).isNull();
        assertThat(Deployments.condition(deployment, "Available"))
                .isEqualTo("True MinimumReplicasAvailable: Deployment has minimum availability.");
        assertThat(Deployments.condition(deployment, "Progressing"))
                .isEqualTo("True NewReplicaSetAvailable: ReplicaSet \""
                        + sets.get(0).getMetadata().getName() + "\" has successfully progressed.");
    }

    @Test
    void scalingChangesTheReplicaSetInPlace() {
        create(Deployments.web(2, "web:1"));
        untilComplete(2);
        cluster.merge(Resources.DEPLOYMENTS, "web", "{\"spec\":{\"replicas\":5}}");
        untilComplete(5);
        cluster.merge(Resources.DEPLOYMENTS, "web", "{\"spec\":{\"replicas\":1}}");
        untilComplete(1);
        cluster.merge(Resources.DEPLOYMENTS, "web", "{\"spec\":{\"replicas\":0}}");
        untilComplete(0);

        assertThat(sets()).hasSize(1);
        assertThat(sets().get(0).getMetadata().getAnnotations())
                .containsEntry(Annotations.DESIRED_REPLICAS, "0")
                .containsEntry(Annotations.MAX_REPLICAS, "0");
    }

    @Test
    void aRollingUpdateKeepsToItsLimitsAtEveryMoment() throws InterruptedException {
        create(Deployments.web(8, "web:1")
                .editSpec()
                .withNewStrategy()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withNewMaxSurge(2)
                .withNewMaxUnavailable(1)
                .endRollingUpdate()
                .endStrategy()
                .endSpec());
        untilComplete(8);

        try (RolloutWitness witness = new RolloutWitness(cluster.admin)) {
            cluster.merge(Resources.DEPLOYMENTS, "web", Deployments.image("web:2"));
            untilComplete(8);
            assertThat(witness.mostWanted()).isEqualTo(10);
            assertThat(witness.fewestAvailable()).isGreaterThanOrEqualTo(7);
        }
        assertThat(cluster.activePods()).allSatisfy(p -> assertThat(imageOf(p)).isEqualTo("web:2"));
        assertThat(web().getMetadata().getAnnotations()).containsEntry(Annotations.REVISION, "2");
    }

    @Test
    void aRolloutWhosePodsAreNeverReadyStopsAtItsLimits() {
        create(Deployments.web(4, "web:1"));
        untilComplete(4);
        cluster.kubelet.readyWhen(pod -> imageOf(pod).equals("web:1"));
        cluster.merge(Resources.DEPLOYMENTS, "web", Deployments.image("web:2"));
        // 25 % of 4: one more, and one less.
        cluster.eventually(
                "two of the new",
                () -> countImage("web:2") == 2
                        && countImage("web:1") == 3
                        && Integer.valueOf(2).equals(web().getStatus().getUpdatedReplicas()));
        cluster.untilQuiet();
        assertThat(countImage("web:1")).isEqualTo(3);
        assertThat(web().getStatus().getReplicas()).isEqualTo(5);
        assertThat(web().getStatus().getUnavailableReplicas()).isEqualTo(2);

        cluster.kubelet.readyWhen(pod -> true);
        untilComplete(4);
    }

    @Test
    void recreateEndsTheOldPodsBeforeItStartsNewOnes() {
        create(Deployments.web(3, "web:1")
                .editSpec()
                .withNewStrategy()
                .withType("Recreate")
                .endStrategy()
                .endSpec());
        untilComplete(3);
        cluster.kubelet.endWhen(pod -> false);
        cluster.merge(Resources.DEPLOYMENTS, "web", Deployments.image("web:2"));
        cluster.eventually("all being deleted", () -> cluster.activePods().isEmpty());
        cluster.untilQuiet();
        assertThat(sets()).hasSize(1);

        cluster.kubelet.endWhen(pod -> true);
        untilComplete(3);
        assertThat(countImage("web:2")).isEqualTo(3);
    }

    @Test
    void aPausedDeploymentScalesButDoesNotRoll() {
        create(Deployments.web(2, "web:1"));
        untilComplete(2);
        cluster.merge(Resources.DEPLOYMENTS, "web", "{\"spec\":{\"paused\":true}}");
        cluster.eventually(
                "paused",
                () -> Deployments.condition(web(), "Progressing")
                        .equals("Unknown DeploymentPaused: Deployment is paused"));
        cluster.merge(Resources.DEPLOYMENTS, "web", Deployments.image("web:2"));
        cluster.merge(Resources.DEPLOYMENTS, "web", "{\"spec\":{\"replicas\":3}}");
        cluster.eventually("scaled", () -> countImage("web:1") == 3);
        cluster.untilQuiet();
        assertThat(sets()).hasSize(1);
        assertThat(web().getStatus().getUpdatedReplicas()).isNull();

        cluster.merge(Resources.DEPLOYMENTS, "web", "{\"spec\":{\"paused\":false}}");
        untilComplete(3);
        assertThat(countImage("web:2")).isEqualTo(3);
    }

    @Test
    void aRollbackTakesUpTheOldReplicaSetWithANewRevision() {
        create(Deployments.web(2, "web:1"));
        untilComplete(2);
        String first = sets().get(0).getMetadata().getName();
        cluster.merge(
                Resources.DEPLOYMENTS,
                "web",
                "{\"metadata\":{\"annotations\":{\"kubernetes.io/change-cause\":\"second\"}}}");
        cluster.merge(Resources.DEPLOYMENTS, "web", Deployments.image("web:2"));
        untilComplete(2);
        cluster.merge(Resources.DEPLOYMENTS, "web", Deployments.image("web:1"));
        untilComplete(2);

        assertThat(sets()).hasSize(2);
        ReplicaSet again = cluster.get(Resources.REPLICA_SETS, first);
        assertThat(again.getSpec().getReplicas()).isEqualTo(2);
        assertThat(again.getMetadata().getAnnotations())
                .containsEntry(Annotations.REVISION, "3")
                .containsEntry(Annotations.REVISION_HISTORY, "1");
        assertThat(web().getMetadata().getAnnotations()).containsEntry(Annotations.REVISION, "3");
    }

    @Test
    void theChangeCauseOfAnOldRevisionStaysItsOwn() {
        create(Deployments.web(1, "web:1")
                .editMetadata()
                .addToAnnotations("kubernetes.io/change-cause", "first")
                .endMetadata());
        untilComplete(1);
        String first = sets().get(0).getMetadata().getName();
        cluster.stopControllers();
        cluster.merge(
                Resources.DEPLOYMENTS,
                "web",
                "{\"metadata\":{\"annotations\":{\"kubernetes.io/change-cause\":\"second\"}}}");
        cluster.merge(Resources.DEPLOYMENTS, "web", Deployments.image("web:2"));
        restart();
        untilComplete(1);
        assertThat(cluster.get(Resources.REPLICA_SETS, first).getMetadata().getAnnotations())
                .containsEntry("kubernetes.io/change-cause", "first");
        assertThat(sets())
                .anySatisfy(s -> assertThat(s.getMetadata().getAnnotations())
                        .containsEntry("kubernetes.io/change-cause", "second"));
    }

    @Test
    void onlyTheWantedHistoryIsKept() {
        create(Deployments.web(1, "web:1")
                .editSpec()
                .withRevisionHistoryLimit(2)
                .endSpec());
        untilComplete(1);
        for (int i = 2; i <= 5; i++) {
            cluster.merge(Resources.DEPLOYMENTS, "web", Deployments.image("web:" + i));
            untilComplete(1);
        }
        cluster.eventually("old sets gone", () -> sets().size() == 3);
        assertThat(sets().stream().map(ReplicaSets::revision)).containsExactlyInAnyOrder(3L, 4L, 5L);
    }

    @Test
    void aResizeInTheMiddleOfARolloutIsSharedInProportion() {
        create(Deployments.web(10, "web:1")
                .editSpec()
                .withNewStrategy()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withNewMaxSurge(3)
                .withNewMaxUnavailable(2)
                .endRollingUpdate()
                .endStrategy()
                .endSpec());
        untilComplete(10);
        cluster.kubelet.readyWhen(pod -> imageOf(pod).equals("web:1"));
        cluster.merge(Resources.DEPLOYMENTS, "web", Deployments.image("web:2"));
        cluster.eventually("8 and 5", () -> countImage("web:1") == 8 && countImage("web:2") == 5);
        // The example of the Kubernetes documentation.
        cluster.merge(Resources.DEPLOYMENTS, "web", "{\"spec\":{\"replicas\":15}}");
        cluster.eventually("11 and 7", () -> countImage("web:1") == 11 && countImage("web:2") == 7);
        cluster.untilQuiet();
        assertThat(countImage("web:1")).isEqualTo(11);
    }

    @Test
    void aTakenNameIsAvoided() throws InterruptedException {
        cluster.stopControllers();
        Deployment wanted = cluster.admin.create(
                Resources.DEPLOYMENTS, Deployments.web(1, "web:1").build());
        ReplicaSet squatter = ReplicaSets.create(wanted, 0, 1);
        cluster.admin.create(
                Resources.REPLICA_SETS,
                new ReplicaSetBuilder(squatter)
                        .editMetadata()
                        .withOwnerReferences()
                        .withLabels(Map.of("app", "other"))
                        .endMetadata()
                        .editSpec()
                        .withNewSelector()
                        .withMatchLabels(Map.of("app", "other"))
                        .endSelector()
                        .editTemplate()
                        .editMetadata()
                        .withLabels(Map.of("app", "other"))
                        .endMetadata()
                        .endTemplate()
                        .endSpec()
                        .build());
        cluster.startControllers();
        untilComplete(1);
        assertThat(web().getStatus().getCollisionCount()).isEqualTo(1);
        assertThat(sets()).hasSize(2);
    }

    @Test
    void aReplicaSetThatLostItsDeploymentIsAdopted() {
        create(Deployments.web(2, "web:1"));
        untilComplete(2);
        List<String> pods = names(cluster.activePods());
        cluster.admin.delete(
                Resources.DEPLOYMENTS,
                ObjectKey.of(TestCluster.NAMESPACE, "web"),
                new DeleteOptions(Optional.empty(), "", Propagation.Orphan));
        cluster.eventually(
                "gone", () -> cluster.find(Resources.DEPLOYMENTS, "web").isEmpty());
        cluster.untilQuiet();
        assertThat(names(cluster.activePods())).isEqualTo(pods);

        create(Deployments.web(2, "web:1"));
        untilComplete(2);
        assertThat(sets()).hasSize(1);
        assertThat(names(cluster.activePods())).isEqualTo(pods);
    }

    @Test
    void aRolloutGoesOnAfterARestart() {
        create(Deployments.web(6, "web:1"));
        untilComplete(6);
        cluster.kubelet.readyWhen(pod -> imageOf(pod).equals("web:1"));
        cluster.merge(Resources.DEPLOYMENTS, "web", Deployments.image("web:2"));
        cluster.eventually("begun", () -> countImage("web:2") > 0);
        cluster.stopControllers();
        cluster.kubelet.readyWhen(pod -> true);
        restart();
        untilComplete(6);
        assertThat(countImage("web:2")).isEqualTo(6);
        assertThat(sets()).hasSize(2);
    }

    @Test
    void anIdleClusterWritesNothing() {
        create(Deployments.web(3, "web:1"));
        untilComplete(3);
        cluster.merge(Resources.DEPLOYMENTS, "web", Deployments.image("web:2"));
        untilComplete(3);
        cluster.untilQuiet();
        long revision = cluster.revision();
        restart();
        cluster.untilQuiet();
        assertThat(cluster.revision()).isEqualTo(revision);
    }

    private void restart() {
        try {
            cluster.restartControllers();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void create(DeploymentBuilder deployment) {
        cluster.admin.create(Resources.DEPLOYMENTS, deployment.build());
    }

    private Deployment web() {
        return cluster.get(Resources.DEPLOYMENTS, "web");
    }

    private List<ReplicaSet> sets() {
        return cluster.list(Resources.REPLICA_SETS);
    }

    /** As {@code kubectl rollout status} sees it. */
    private void untilComplete(int replicas) {
        cluster.eventually(
                "rollout of " + replicas,
                () -> web().getStatus() != null
                        && DeploymentConditions.isComplete(web(), web().getStatus())
                        && web().getSpec().getReplicas() == replicas
                        && Deployments.condition(web(), "Progressing").startsWith("True NewReplicaSetAvailable")
                        && cluster.activePods().size() == replicas);
    }

    private long countImage(String image) {
        return cluster.activePods().stream()
                .filter(p -> imageOf(p).equals(image))
                .count();
    }

    private static String imageOf(Pod pod) {
        return pod.getSpec().getContainers().get(0).getImage();
    }

    private static List<String> names(List<Pod> pods) {
        return pods.stream().map(p -> p.getMetadata().getName()).sorted().toList();
    }
}
