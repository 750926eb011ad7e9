package io.lembos.scheduler;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.lembos.api.client.DeleteOptions;
import io.lembos.api.client.Patch;
import io.lembos.api.meta.ObjectKey;
import io.lembos.api.meta.Resources;
import io.lembos.api.volumes.StorageAnnotations;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pods and their volumes, against an API server in this process. Its clock stands still: only events help a pod. */
class VolumesEndToEndTest {

    @Test
    void podWaitsForItsClaimAndGoesWhereItsVolumeIs(@TempDir Path directory) throws Exception {
        try (LiveCluster cluster = new LiveCluster(directory)) {
            Scheduler scheduler = cluster.start((client, clock) -> new Scheduler(client, clock, new Random(1)));
            for (int i = 0; i < 4; i++) {
                cluster.create(node("n" + i, "4", "8Gi"));
            }
            cluster.admin()
                    .create(
                            Resources.PERSISTENT_VOLUMES,
                            Volumes.reachable(Volumes.volume("1"), "kubernetes.io/hostname", "n2"));
            Pod pod = Volumes.using(pod("p", "1", "1Gi"), "1");
            cluster.create(pod);
            cluster.awaitUnschedulable(
                    "p",
                    "0/4 nodes are available: persistentvolumeclaim \"claim-1\" not found. no new claims to deallocate, preemption: 0/4 nodes are"
                            + " available: 4 Preemption is not helpful for scheduling.");

            cluster.admin().create(Resources.PERSISTENT_VOLUME_CLAIMS, Volumes.claim("1"));
            cluster.awaitNode("p", "n2");
            assertThat(scheduler.pendingPods().unschedulable()).isZero();
        }
    }

    @Test
    void volumeIsGivenToTheClaimBeforeThePodIsBound(@TempDir Path directory) throws Exception {
        try (LiveCluster cluster = started(directory)) {
            cluster.admin().create(Resources.STORAGE_CLASSES, Volumes.type("local", "kubernetes.io/no-provisioner"));
            createVolume(cluster, Volumes.free("1", "local", "1Gi", "n2"));
            cluster.admin().create(Resources.PERSISTENT_VOLUME_CLAIMS, Volumes.waiting("1", "local", "1Gi"));
            cluster.create(Volumes.using(pod("p", "1", "1Gi"), "1"));
            await().untilAsserted(() -> assertThat(owner(cluster, "pv-1")).isEqualTo("claim-1"));
            assertThat(volume(cluster, "pv-1").getMetadata().getAnnotations())
                    .containsEntry("pv.kubernetes.io/bound-by-controller", "yes");
            assertThat(cluster.node("p")).isNull();

            bind(cluster, "claim-1", "pv-1");
            cluster.awaitNode("p", "n2");
        }
    }

    @Test
    void twoPodsThatRaceForOneVolumeDoNotBothGetIt(@TempDir Path directory) throws Exception {
        try (LiveCluster cluster = started(directory)) {
            cluster.admin().create(Resources.STORAGE_CLASSES, Volumes.type("local", "kubernetes.io/no-provisioner"));
            createVolume(cluster, Volumes.free("1", "local", "1Gi", "n2"));
            for (String each : new String[] {"1", "2"}) {
                cluster.admin().create(Resources.PERSISTENT_VOLUME_CLAIMS, Volumes.waiting(each, "local", "1Gi"));
            }
            cluster.create(Volumes.using(pod("p1", "1", "1Gi"), "1"));
            cluster.create(Volumes.using(pod("p2", "1", "1Gi"), "2"));
            await().untilAsserted(() -> assertThat(owner(cluster, "pv-1")).isNotEmpty());
            String winner = owner(cluster, "pv-1").equals("claim-1") ? "p1" : "p2";
            String loser = winner.equals("p1") ? "p2" : "p1";
            cluster.awaitUnschedulable(
                    loser,
                    "0/4 nodes are available: 4 node(s) didn't find available persistent volumes to bind. no new claims to deallocate, preemption:"
                            + " 0/4 nodes are available: 4 Preemption is not helpful for scheduling.");
            bind(cluster, owner(cluster, "pv-1"), "pv-1");
            cluster.awaitNode(winner, "n2");

            createVolume(cluster, Volumes.free("3", "local", "1Gi", "n3"));
            await().untilAsserted(() -> assertThat(owner(cluster, "pv-3")).isNotEmpty());
            bind(cluster, owner(cluster, "pv-3"), "pv-3");
            cluster.awaitNode(loser, "n3");
        }
    }

    @Test
    void provisionerMakesTheVolumeWhereThePodWillRun(@TempDir Path directory) throws Exception {
        try (LiveCluster cluster = started(directory)) {
            cluster.admin().create(Resources.STORAGE_CLASSES, Volumes.type("fast", "fast.example.com"));
            cluster.admin().create(Resources.PERSISTENT_VOLUME_CLAIMS, Volumes.waiting("1", "fast", "1Gi"));
            cluster.create(Volumes.using(pod("p", "1", "1Gi"), "1"));
            String node = awaitSelectedNode(cluster, "claim-1");
            provision(cluster, "1", node);
            cluster.awaitNode("p", node);
        }
    }

    @Test
    void nodeThatTheProvisionerDeclinesIsGivenUp(@TempDir Path directory) throws Exception {
        try (LiveCluster cluster = started(directory)) {
            cluster.admin().create(Resources.STORAGE_CLASSES, Volumes.type("fast", "fast.example.com"));
            cluster.admin().create(Resources.PERSISTENT_VOLUME_CLAIMS, Volumes.waiting("1", "fast", "1Gi"));
            cluster.create(Volumes.using(pod("p", "1", "1Gi"), "1"));
            awaitSelectedNode(cluster, "claim-1");
            patchClaim(
                    cluster,
                    "claim-1",
                    "{\"metadata\":{\"annotations\":{\"volume.kubernetes.io/selected-node\":null}}}");
            cluster.awaitUnschedulable("p", "0/1 nodes are available: 1 provisioning failed for PVC \"claim-1\".");
        }
    }

    @Test
    void podWhoseClaimIsDeletedWhileItWaitsForAVolumeGivesItsNodeUp(@TempDir Path directory) throws Exception {
        try (LiveCluster cluster = started(directory)) {
            cluster.admin().create(Resources.STORAGE_CLASSES, Volumes.type("fast", "fast.example.com"));
            cluster.admin().create(Resources.PERSISTENT_VOLUME_CLAIMS, Volumes.waiting("1", "fast", "1Gi"));
            cluster.create(Volumes.using(pod("p", "4", "1Gi"), "1"));
            awaitSelectedNode(cluster, "claim-1");
            cluster.admin()
                    .delete(Resources.PERSISTENT_VOLUME_CLAIMS, LiveCluster.key("claim-1"), DeleteOptions.BACKGROUND);
            cluster.awaitUnschedulable(
                    "p",
                    "0/4 nodes are available: persistentvolumeclaim \"claim-1\" is being deleted. no new claims to deallocate, preemption: 0/4"
                            + " nodes are available: 4 Preemption is not helpful for scheduling.");
            for (int i = 0; i < 4; i++) {
                cluster.create(pod("q" + i, "4", "1Gi"));
            }
            for (int i = 0; i < 4; i++) {
                String each = "q" + i;
                await().untilAsserted(() -> assertThat(cluster.node(each)).isNotNull());
            }
        }
    }

    @Test
    void podThatIsDeletedWhileItWaitsForAVolumeLeavesNothing(@TempDir Path directory) throws Exception {
        try (LiveCluster cluster = started(directory)) {
            cluster.admin().create(Resources.STORAGE_CLASSES, Volumes.type("fast", "fast.example.com"));
            cluster.admin().create(Resources.PERSISTENT_VOLUME_CLAIMS, Volumes.waiting("1", "fast", "1Gi"));
            for (int i = 0; i < 4; i++) {
                cluster.create(Volumes.using(pod("p" + i, "4", "1Gi"), "1"));
                awaitSelectedNode(cluster, "claim-1");
                String pod = "p" + i;
                cluster.delete(pod);
            }
            String node = awaitSelectedNode(cluster, "claim-1");
            cluster.create(Volumes.using(pod("last", "4", "1Gi"), "1"));
            provision(cluster, "1", node);
            cluster.awaitNode("last", node);
        }
    }

    @Test
    void claimThatIsNotBoundInTimeIsTriedAgain(@TempDir Path directory) throws Exception {
        try (LiveCluster cluster = started(directory)) {
            cluster.admin().create(Resources.STORAGE_CLASSES, Volumes.type("fast", "fast.example.com"));
            cluster.admin().create(Resources.PERSISTENT_VOLUME_CLAIMS, Volumes.waiting("1", "fast", "1Gi"));
            cluster.create(Volumes.using(pod("p", "1", "1Gi"), "1"));
            String node = awaitSelectedNode(cluster, "claim-1");
            await().untilAsserted(() -> {
                cluster.clock.advance(Duration.ofSeconds(601));
                assertThat(cluster.events("FailedScheduling"))
                        .extracting(e -> e.getMessage())
                        .contains(
                                "running PreBind plugin \"VolumeBinding\": binding volumes: context deadline exceeded");
            });
            provision(cluster, "1", node);
            await().untilAsserted(() -> {
                cluster.clock.advance(Duration.ofSeconds(10));
                assertThat(cluster.node("p")).isEqualTo(node);
            });
        }
    }

    @Test
    void schedulerThatStopsWhileItWaitsLeavesTheClaimToTheNext(@TempDir Path directory) throws Exception {
        try (LiveCluster cluster = new LiveCluster(directory)) {
            Scheduler first = cluster.start((client, clock) -> new Scheduler(client, clock, new Random(1)));
            nodes(cluster);
            cluster.admin().create(Resources.STORAGE_CLASSES, Volumes.type("local", "kubernetes.io/no-provisioner"));
            createVolume(cluster, Volumes.free("1", "local", "1Gi", "n2"));
            cluster.admin().create(Resources.PERSISTENT_VOLUME_CLAIMS, Volumes.waiting("1", "local", "1Gi"));
            cluster.create(Volumes.using(pod("p", "1", "1Gi"), "1"));
            await().untilAsserted(() -> assertThat(owner(cluster, "pv-1")).isEqualTo("claim-1"));
            first.close();

            cluster.start((client, clock) -> new Scheduler(client, clock, new Random(2)));
            bind(cluster, "claim-1", "pv-1");
            cluster.awaitNode("p", "n2");
        }
    }

    private static LiveCluster started(Path directory) throws InterruptedException {
        LiveCluster cluster = new LiveCluster(directory);
        cluster.start((client, clock) -> new Scheduler(client, clock, new Random(1)));
        nodes(cluster);
        return cluster;
    }

    private static void nodes(LiveCluster cluster) {
        for (int i = 0; i < 4; i++) {
            cluster.create(node("n" + i, "4", "8Gi"));
        }
    }

    private static void createVolume(LiveCluster cluster, PersistentVolume volume) {
        cluster.admin().create(Resources.PERSISTENT_VOLUMES, volume);
        cluster.admin()
                .patch(
                        Resources.PERSISTENT_VOLUMES,
                        ObjectKey.of(volume),
                        new Patch.Merge("{\"status\":{\"phase\":\"Available\"}}"),
                        "status");
    }

    /** What the provisioner and the volume controller do. */
    private static void provision(LiveCluster cluster, String number, String node) {
        PersistentVolume volume = Volumes.reachable(Volumes.volume(number), "kubernetes.io/hostname", node);
        cluster.admin().create(Resources.PERSISTENT_VOLUMES, volume);
        bind(cluster, "claim-" + number, "pv-" + number);
    }

    /** What the volume controller does when a volume says that it is for a claim. */
    private static void bind(LiveCluster cluster, String claim, String volume) {
        patchClaim(
                cluster,
                claim,
                "{\"metadata\":{\"annotations\":{\"pv.kubernetes.io/bind-completed\":\"yes\"}},\"spec\":{\"volumeName\":\""
                        + volume + "\"}}");
    }

    private static void patchClaim(LiveCluster cluster, String claim, String body) {
        cluster.admin().patch(Resources.PERSISTENT_VOLUME_CLAIMS, LiveCluster.key(claim), new Patch.Merge(body), "");
    }

    private static String awaitSelectedNode(LiveCluster cluster, String claim) {
        return await().until(
                        () -> cluster.admin()
                                .get(Resources.PERSISTENT_VOLUME_CLAIMS, LiveCluster.key(claim))
                                .flatMap(c -> StorageAnnotations.get(c, StorageAnnotations.SELECTED_NODE)),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static PersistentVolume volume(LiveCluster cluster, String name) {
        return cluster.admin()
                .get(Resources.PERSISTENT_VOLUMES, ObjectKey.cluster(name))
                .orElseThrow();
    }

    /** Empty if nobody has it. */
    private static String owner(LiveCluster cluster, String volume) {
        var owner = volume(cluster, volume).getSpec().getClaimRef();
        return owner == null ? "" : owner.getName();
    }
}
