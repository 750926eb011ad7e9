package io.lembos.scheduler.plugins;

import static io.lembos.scheduler.Samples.node;
import static io.lembos.scheduler.Samples.on;
import static io.lembos.scheduler.Samples.pod;
import static io.lembos.scheduler.Volumes.claim;
import static io.lembos.scheduler.Volumes.csiNode;
import static io.lembos.scheduler.Volumes.labelled;
import static io.lembos.scheduler.Volumes.put;
import static io.lembos.scheduler.Volumes.reachable;
import static io.lembos.scheduler.Volumes.unbound;
import static io.lembos.scheduler.Volumes.using;
import static io.lembos.scheduler.Volumes.volume;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.storage.StorageClassBuilder;
import io.lembos.scheduler.cache.SchedulerCache;
import io.lembos.scheduler.framework.FilterPlugin;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the plugins for volumes say of node {@code n}. */
class VolumePluginsTest {
    private static final FilterPlugin BINDING = new VolumeBinding();
    private static final FilterPlugin LIMITS = new NodeVolumeLimits();
    private static final FilterPlugin RESTRICTIONS = new VolumeRestrictions();
    private static final FilterPlugin ZONE = new VolumeZone();
    private static final String TOO_MANY = "node(s) exceed max volume count";
    private static final String IN_USE = "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access"
            + " mode already in-use by another pod";

    private final SchedulerCache cache = new SchedulerCache();
    private final Pod pod = using(pod("p", "", ""), "1");

    @BeforeEach
    void start() {
        cache.putNode(node("n", "4", "8Gi"));
    }

    @Test
    void podWithoutClaimsFits() {
        for (FilterPlugin plugin : new FilterPlugin[] {BINDING, LIMITS, RESTRICTIONS, ZONE}) {
            assertThat(One.verdict(plugin, pod("p", "", ""), cache.snapshot())).isEqualTo("fits");
        }
    }

    @Test
    void claimMustExist() {
        assertThat(verdict(BINDING)).isEqualTo("persistentvolumeclaim \"claim-1\" not found!");
    }

    @Test
    void claimOfAnEphemeralVolumeIsWaitedForAndMustBeThePodsOwn() {
        Pod ephemeral = new PodBuilder(pod("claim", "", ""))
                .editSpec()
                .addNewVolume()
                .withName("1")
                .withNewEphemeral()
                .endEphemeral()
                .endVolume()
                .endSpec()
                .build();
        assertThat(One.verdict(BINDING, ephemeral, cache.snapshot()))
                .isEqualTo("waiting for ephemeral volume controller to create the persistentvolumeclaim \"claim-1\"!");
        put(cache, claim("1"));
        put(cache, volume("1"));
        assertThat(One.verdict(BINDING, ephemeral, cache.snapshot()))
                .isEqualTo("PVC default/claim-1 was not created for pod default/claim (pod is not owner)!");
        put(
                cache,
                new PersistentVolumeClaimBuilder(claim("1"))
                        .editMetadata()
                        .addNewOwnerReference()
                        .withController(true)
                        .withUid("uid-claim")
                        .endOwnerReference()
                        .endMetadata()
                        .build());
        assertThat(One.verdict(BINDING, ephemeral, cache.snapshot())).isEqualTo("fits");
    }

    @Test
    void claimMustNotBeOnItsWayOut() {
        put(
                cache,
                new PersistentVolumeClaimBuilder(claim("1"))
                        .editMetadata()
                        .withDeletionTimestamp("2026-01-01T00:00:00Z")
                        .endMetadata()
                        .build());
        assertThat(verdict(BINDING)).isEqualTo("persistentvolumeclaim \"claim-1\" is being deleted!");
    }

    @Test
    void lostClaimIsOfNoUse() {
        put(
                cache,
                new PersistentVolumeClaimBuilder(claim("1"))
                        .withNewStatus()
                        .withPhase("Lost")
                        .endStatus()
                        .build());
        assertThat(verdict(BINDING))
                .isEqualTo("persistentvolumeclaim \"claim-1\" bound to non-existent persistentvolume \"pv-1\"!");
    }

    /** A claim that names its volume is for others to bind. */
    @ParameterizedTest
    @CsvSource({
        "Immediate, '', pod has unbound immediate PersistentVolumeClaims!",
        "WaitForFirstConsumer, '', node(s) didn't find available persistent volumes to bind!",
        "WaitForFirstConsumer, pv-1, pod has unbound immediate PersistentVolumeClaims!",
        "'', '', pod has unbound immediate PersistentVolumeClaims!"
    })
    void unboundClaimDependsOnItsClass(String mode, String volume, String verdict) {
        if (!mode.isEmpty()) {
            var type = new StorageClassBuilder()
                    .withNewMetadata()
                    .withName("fast")
                    .endMetadata()
                    .withVolumeBindingMode(mode)
                    .build();
            cache.storage(s -> s.with(type), Optional.empty());
        }
        put(
                cache,
                new PersistentVolumeClaimBuilder(unbound("1"))
                        .editSpec()
                        .withStorageClassName("fast")
                        .withVolumeName(volume)
                        .endSpec()
                        .build());
        assertThat(verdict(BINDING)).isEqualTo(verdict);
    }

    @Test
    void boundVolumeMustExist() {
        put(cache, claim("1"));
        assertThat(verdict(BINDING))
                .isEqualTo("node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)!");
        put(cache, volume("1"));
        assertThat(verdict(BINDING)).isEqualTo("fits");
    }

    @ParameterizedTest
    @CsvSource({"n, fits", "m, node(s) didn't match PersistentVolume's node affinity!"})
    void nodeMustReachTheVolume(String host, String verdict) {
        put(cache, claim("1"));
        put(cache, reachable(volume("1"), "kubernetes.io/hostname", host));
        assertThat(verdict(BINDING)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "topology.kubernetes.io/zone, a, topology.kubernetes.io/zone, a, true",
        "topology.kubernetes.io/zone, b, topology.kubernetes.io/zone, a, false",
        "topology.kubernetes.io/zone, a__b, topology.kubernetes.io/zone, b, true",
        "topology.kubernetes.io/region, r, topology.kubernetes.io/region, s, false",
        "topology.kubernetes.io/region, r, topology.kubernetes.io/zone, a, false",
        "failure-domain.beta.kubernetes.io/zone, a, topology.kubernetes.io/zone, a, true",
        "failure-domain.beta.kubernetes.io/zone, b, topology.kubernetes.io/zone, a, false",
        "topology.kubernetes.io/zone, a, rack, b, true",
        "rack, a, topology.kubernetes.io/zone, b, true"
    })
    void volumeStaysInItsZone(String key, String value, String nodeKey, String nodeValue, boolean fits) {
        cache.putNode(new NodeBuilder(node("n", "4", "8Gi"))
                .editMetadata()
                .addToLabels(nodeKey, nodeValue)
                .endMetadata()
                .build());
        put(cache, claim("1"));
        put(cache, labelled(volume("1"), key, value));
        assertThat(verdict(ZONE)).isEqualTo(fits ? "fits" : "node(s) had no available volume zone!");
    }

    @ParameterizedTest
    @CsvSource({"1, 2, 2, fits", "1, 2, 1, " + TOO_MANY, "1, 1, 1, fits", "2, 2, 1, fits"})
    void volumesOfADriverAreCountedOnce(String first, String second, int limit, String verdict) {
        put(cache, csiNode("n", limit));
        for (String each : new String[] {"1", "2"}) {
            put(cache, claim(each));
            put(cache, volume(each));
        }
        cache.putPod(on(using(pod("first", "", ""), first), "n"));
        assertThat(One.verdict(LIMITS, using(pod("second", "", ""), second), cache.snapshot()))
                .isEqualTo(verdict);
    }

    @Test
    void nodeThatGivesNoLimitHasNone() {
        put(cache, claim("1"));
        put(cache, volume("1"));
        assertThat(verdict(LIMITS)).isEqualTo("fits");
    }

    @Test
    void volumeThatBecomesKnownAfterItsPodCounts() {
        put(cache, csiNode("n", 1));
        put(cache, claim("1"));
        put(cache, volume("1"));
        cache.putPod(on(using(pod("first", "", ""), "2"), "n"));
        assertThat(verdict(LIMITS)).isEqualTo("fits");
        put(cache, claim("2"));
        put(cache, volume("2"));
        assertThat(verdict(LIMITS)).isEqualTo(TOO_MANY);
        assertThat(One.numbers(LIMITS, pod, cache.snapshot()))
                .containsExactly("ebs.csi.aws.com: 1 attached, 1 more asked, at most 1");
        cache.removePod("uid-first");
        assertThat(verdict(LIMITS)).isEqualTo("fits");
    }

    @ParameterizedTest
    @CsvSource({"ReadWriteOncePod, n", "ReadWriteOncePod, other", "ReadWriteOnce, n"})
    void claimForOnePodIsTakenInTheWholeCluster(String mode, String where) {
        cache.putNode(node("other", "4", "8Gi"));
        PersistentVolumeClaim claim = claim("1");
        claim.getSpec().getAccessModes().set(0, mode);
        put(cache, claim);
        put(cache, volume("1"));
        assertThat(verdict(RESTRICTIONS)).isEqualTo("fits");
        cache.putPod(on(using(pod("first", "", ""), "1"), where));
        assertThat(verdict(RESTRICTIONS)).isEqualTo(mode.equals("ReadWriteOncePod") ? IN_USE : "fits");
        cache.removePod("uid-first");
        assertThat(verdict(RESTRICTIONS)).isEqualTo("fits");
    }

    @ParameterizedTest
    @CsvSource({
        "gce a rw, gce a ro, n, false",
        "gce a ro, gce a ro, n, true",
        "gce a rw, gce b rw, n, true",
        "gce a rw, gce a rw, other, true",
        "aws a ro, aws a ro, n, false",
        "aws a rw, aws b rw, n, true",
        "iscsi a rw, iscsi a rw, n, false",
        "iscsi a ro, iscsi a ro, n, true",
        "rbd a rw, rbd a rw, n, false",
        "rbd a ro, rbd a ro, n, true",
        "rbd a rw, rbd b rw, n, true",
        "gce a rw, aws a rw, n, true"
    })
    void nodeMountsADiskForOnePodUnlessAllRead(String mine, String theirs, String where, boolean fits) {
        cache.putNode(node("other", "4", "8Gi"));
        cache.putPod(on(disk(pod("first", "", ""), theirs), where));
        assertThat(One.verdict(RESTRICTIONS, disk(pod("p", "", ""), mine), cache.snapshot()))
                .isEqualTo(fits ? "fits" : "node(s) had no available disk");
    }

    /** @param disk kind, name, and whether it is written to */
    private static Pod disk(Pod pod, String disk) {
        String[] parts = disk.split(" ");
        boolean reads = parts[2].equals("ro");
        VolumeBuilder volume = new VolumeBuilder().withName("disk");
        switch (parts[0]) {
            case "gce" -> volume.withNewGcePersistentDisk(null, null, parts[1], reads);
            case "aws" -> volume.withNewAwsElasticBlockStore(null, null, reads, parts[1]);
            case "iscsi" ->
                volume.withNewIscsi()
                        .withIqn(parts[1])
                        .withTargetPortal("portal-" + pod.getMetadata().getName())
                        .withReadOnly(reads)
                        .endIscsi();
            default ->
                volume.withNewRbd()
                        .withMonitors("m-" + pod.getMetadata().getName(), "common")
                        .withPool("pool")
                        .withImage(parts[1])
                        .withReadOnly(reads)
                        .endRbd();
        }
        return new PodBuilder(pod)
                .editSpec()
                .addToVolumes(volume.build())
                .endSpec()
                .build();
    }

    private String verdict(FilterPlugin plugin) {
        return One.verdict(plugin, pod, cache.snapshot());
    }
}
